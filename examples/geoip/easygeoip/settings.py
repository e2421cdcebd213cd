"""What the environment says: every setting of the application, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

EDITION = "GeoLite2-City"
DEMO = Path(__file__).parent / "demo.mmdb"
SWITCH = {"": False, "0": False, "false": False, "no": False, "1": True, "true": True, "yes": True}


class WrongSettingError(Exception):
    """A setting has a value that it cannot have."""


@dataclass(frozen=True)
class Settings:
    """How this process was told to work."""

    databases: tuple[Path, ...]
    """Where a City database may be: the first that is there is used."""
    name_server: tuple[str, int] | None
    """Whom to ask for names, and on which port, instead of those of the system."""
    dns_seconds: float
    """How long looking up one name may take in all."""
    postgis: Mapping[str, str | int] | None
    """How to reach the time zones in PostGIS, if that is wanted."""
    debug: bool

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        """Read them. Raises `WrongSettingError`."""
        return cls(
            databases=_databases(environ),
            name_server=_name_server(environ.get("DNS_SERVER", "")),
            dns_seconds=_number("DNS_SECONDS", environ.get("DNS_SECONDS") or "2"),
            postgis=_postgis(environ),
            debug=_switch("DEBUG", environ.get("DEBUG", "")),
        )


def own_database(environ: Mapping[str, str]) -> Path:
    """Return where the user's own database is kept."""
    return Path(environ.get("DATA_FOLDER") or "data") / f"{EDITION}.mmdb"


def _databases(environ: Mapping[str, str]) -> tuple[Path, ...]:
    if named := environ.get("CITY_DATABASE"):
        return (Path(named),)
    return (own_database(environ), DEMO)


def _name_server(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    address, _, port = text.rpartition(":") if text.count(":") == 1 else (text, "", "53")
    return address, int(_number("DNS_SERVER", port))


def _postgis(environ: Mapping[str, str]) -> Mapping[str, str | int] | None:
    host = environ.get("DB_HOST")
    if not host:
        return None
    return {
        "host": host,
        "port": int(_number("DB_PORT", environ.get("DB_PORT") or "5432")),
        "dbname": environ.get("DB_NAME") or "tz_world",
        "user": environ.get("DB_USER") or "easygeoip",
        "password": environ.get("DB_PASSWORD", ""),
    }


def _number(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < float("inf"):
        message = f"{name}: {text!r} is no number above zero"
        raise WrongSettingError(message)
    return number


def _switch(name: str, text: str) -> bool:
    try:
        return SWITCH[text.lower()]
    except KeyError:
        message = f"{name}: {text!r} is neither 1 nor 0"
        raise WrongSettingError(message) from None
