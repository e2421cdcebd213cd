"""The application: its page, its one question, and what it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, render_template

from easygeoip.database import CityDatabase, Record
from easygeoip.errors import LookupFailedError, NoDatabaseError, NotFoundError
from easygeoip.names import Names
from easygeoip.postgis import PostGIS
from easygeoip.settings import DEMO, Settings
from easygeoip.targets import LOOPBACK, Address, address_in, is_reserved, is_this_host, name_in
from easygeoip.zones import Polygons, Source, zone_of

OURS = "default-src 'self'; frame-ancestors 'none'"
"""The page is made of nothing that is not served from here."""
api = Blueprint("api", __name__)


@dataclass(frozen=True)
class Parts:
    """What the answers come from."""

    database: CityDatabase
    names: Names
    zones: tuple[Source, ...]


def create_app(settings: Settings) -> Flask:
    """Make the application."""
    app = Flask(__name__)
    postgis = (PostGIS(settings.postgis),) if settings.postgis else ()
    app.extensions["easygeoip"] = Parts(
        database=CityDatabase(settings.databases),
        names=Names(settings.name_server, settings.dns_seconds),
        zones=(*postgis, Polygons()),
    )
    app.register_blueprint(api)
    return app


@api.get("/")
def page() -> Response:
    """Show the form, the map, and what is active."""
    try:
        database = parts().database.describe()
    except NoDatabaseError as error:
        database = {"error": str(error)}
    is_demo = database.get("file") == DEMO.name
    shown = render_template("index.html", database=database, is_demo=is_demo, zones=zones())
    return Response(shown, headers={"Content-Security-Policy": OURS})


@api.get("/health")
def health() -> Response:
    """Say what is active; 503 without a database."""
    return jsonify(status="ok", database=parts().database.describe(), zones=zones())


@api.get("/<target>")
def resolve(target: str) -> Response:
    """Answer all that is known of an address, or of the first known address of a name."""
    if is_reserved(target):
        abort(404)
    address, record = find(target)
    location = record.get("location")
    time_zone, zone_source = zone_of(location or {}, parts().zones)
    if location is not None:
        location["time_zone"] = time_zone
    record["traits"] = {**record.get("traits", {}), "ip_address": str(address)}
    return jsonify(data=record, zone_source=zone_source)


@api.errorhandler(LookupFailedError)
def has_failed(error: LookupFailedError) -> tuple[Response, int]:
    """Answer why there is no answer."""
    return jsonify(error=str(error)), error.status


def find(target: str) -> tuple[Address, Record]:
    """Return the first address of a target that has a record, and the record. Raises `LookupFailedError`."""
    tried = []
    for address in addresses(target):
        if record := parts().database.record(address):
            return address, record
        tried.append(str(address))
    message = f"{', '.join(tried)} is not in the database"
    raise NotFoundError(message)


def addresses(target: str) -> Iterator[Address]:
    """Yield the addresses of a target. Raises `LookupFailedError`."""
    if address := address_in(target):
        yield address
    elif is_this_host(target):
        yield from LOOPBACK
    else:
        yield from parts().names.addresses(name_in(target))


def parts() -> Parts:
    """Return what this application's answers come from."""
    return cast("Parts", current_app.extensions["easygeoip"])


def zones() -> list[Any]:
    """Name the sources of time zones, in the order in which they are asked."""
    return ["record", *(source.name for source in parts().zones)]
