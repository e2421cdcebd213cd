"""What the browser sees."""

import os
from enum import StrEnum

from flask import Flask
from pymemcache.client.base import Client

from weather_station.sensors import read


class Unit(StrEnum):
    CELSIUS = "C"
    FAHRENHEIT = "F"


def make_app() -> Flask:
    """Build the application with its cache."""
    app = Flask(__name__)
    cache = Client(os.getenv("MEMCACHED_SERVERS", "localhost:11211"))

    @app.get("/")
    def now():
        cached = cache.get("now")
        return cached or read(Unit.CELSIUS)

    return app
