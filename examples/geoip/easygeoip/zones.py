"""The time zone of a place: from the record, from PostGIS, from polygons in this process, or unknown."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from timezonefinder import TimezoneFinder


class Zone(NamedTuple):
    """A time zone and who knew it."""

    name: str
    source: str


UNKNOWN = Zone("Unknown", "none")


class Source(Protocol):
    """Knows time zones by their place."""

    name: str

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        """Return the time zone there, nothing if it knows none or cannot say."""


def zone_of(location: Mapping[str, Any], sources: Sequence[Source]) -> Zone:
    """Return the time zone of a record's location, from the first that knows it."""
    if known := location.get("time_zone"):
        return Zone(known, "record")
    if "latitude" in location and "longitude" in location:
        for source in sources:
            if name := source.zone_at(location["latitude"], location["longitude"]):
                return Zone(name, source.name)
    return UNKNOWN


class Polygons:
    """The time zones of the package timezonefinder, those on land."""

    name = "polygons"

    def __init__(self) -> None:
        """Open them: they are read when they are needed."""
        self._finder = TimezoneFinder()
        self._lock = threading.Lock()  # one finder is not for several threads at once

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        """Return the time zone there, nothing at sea."""
        with self._lock:
            return self._finder.timezone_at_land(lat=latitude, lng=longitude)
