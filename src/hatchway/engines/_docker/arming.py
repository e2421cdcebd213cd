"""What makes a container debuggable - a volume, a tmpfs in it, a label - and which images can be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from hatchway.engines._docker.labels import DELIVERED

if TYPE_CHECKING:
    from hatchway.engines import Freight
    from hatchway.engines._docker.images import ImageFacts

PAYLOAD = PurePosixPath("/opt/hatchway")
"""Where the payload lies in each container."""
RENDEZVOUS = PAYLOAD / "run"
"""Inside the payload's volume, whose directory of that name gives it its mode: elsewhere, a tmpfs loses its
own when the container is restarted."""
RENDEZVOUS_MODE = 0o1777
RENDEZVOUS_SIZE = 16 << 20
"""Bytes: processes that are no longer trusted could fill the host's memory through it."""
OLDEST = (3, 10)
"""The oldest Python the agent runs in."""


@dataclass(frozen=True, slots=True)
class Mounts:
    """What is mounted where in each container that can be debugged."""

    volume: str
    payload: str
    rendezvous: str
    label: str
    """The label that says so; its value is the volume's name."""


def mounts_of(freight: Freight) -> Mounts:
    """Return how a payload is mounted: each has a volume of its own."""
    return Mounts(f"hatchway-{freight.name}", str(PAYLOAD), str(RENDEZVOUS), DELIVERED)


def why_not(image: ImageFacts) -> str:
    """Return why nothing in containers of this image can be debugged; empty if it can."""
    if not image.python:
        return "its image holds no Python"
    if image.version is not None and image.version < OLDEST:
        return f"its Python is {_spelled(image.version)}, and {_spelled(OLDEST)} is the oldest"
    return ""


def _spelled(version: tuple[int, int]) -> str:
    return ".".join(map(str, version))
