"""Print the time zones of timezonefinder for PostgreSQL's COPY: name, tab, geometry as hexadecimal WKB."""

import struct
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from timezonefinder import TimezoneFinder

LITTLE_ENDIAN = 1
POLYGON, MULTIPOLYGON = 3, 6

Ring = Sequence[Any]
"""Longitudes and latitudes."""


def main() -> None:
    """Print every zone that is on land: at sea the answer is that nobody knows."""
    finder = TimezoneFinder()
    for name in finder.timezone_names:
        if not name.startswith("Etc/"):
            sys.stdout.write(f"{name}\t{multipolygon(finder.get_geometry(tz_name=name)).hex()}\n")


def multipolygon(polygons: Sequence[Sequence[Ring]]) -> bytes:
    """Pack polygons, each an outline and its holes."""
    return struct.pack("<bII", LITTLE_ENDIAN, MULTIPOLYGON, len(polygons)) + b"".join(map(polygon, polygons))


def polygon(rings: Sequence[Ring]) -> bytes:
    """Pack an outline and its holes."""
    return struct.pack("<bII", LITTLE_ENDIAN, POLYGON, len(rings)) + b"".join(points(rings))


def points(rings: Sequence[Ring]) -> Iterator[bytes]:
    """Pack the points of each ring, which has to end where it began."""
    for ring in rings:
        pairs = np.array(ring, "<f8").T
        if (pairs[0] != pairs[-1]).any():
            pairs = np.vstack([pairs, pairs[:1]])
        yield struct.pack("<I", len(pairs)) + pairs.tobytes()


if __name__ == "__main__":
    main()
