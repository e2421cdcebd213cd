"""Where the running hub of a folder says its port, so that the other commands find it."""

import contextlib
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from hatchway.errors import HatchwayError
from hatchway.hub.editor_port import HOST

_NAME = "hub.json"
_PATIENCE = 2.0
"""Seconds a living hub may take to accept a connection."""


@dataclass(frozen=True, slots=True)
class Lodger:
    """A running hub."""

    pid: int
    port: int
    engine: str
    """The name of the engine whose containers it follows."""


class Lodging:
    """A folder's place for one hub."""

    def __init__(self, directory: Path) -> None:
        """Look for the place. Raises `HatchwayError` if a living hub has it."""
        self._path = directory / _NAME
        # Before we listen anywhere ourselves: a hub that was killed may have had the port that we get.
        if lodger := find(directory):
            msg = f"a hub already runs for this folder, on {HOST}:{lodger.port}"
            raise HatchwayError(msg, "attach your editor to it, or end it first with Ctrl-C")

    def announce(self, port: int, engine: str) -> None:
        """Say where the hub listens, and what it follows."""
        # Renamed into place: a reader sees a whole file or none.
        fresh = self._path.with_name(f"{_NAME}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({"pid": os.getpid(), "port": port, "engine": engine}), "utf-8")
        fresh.replace(self._path)

    def leave(self) -> None:
        """Give the place back, and the directory, unless somebody else is in it."""
        sweep(self._path.parent)


def sweep(directory: Path) -> None:
    """Remove what a hub that has ended, or was killed, leaves in its directory."""
    (directory / _NAME).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # processes of the app may still meet there
        directory.rmdir()


def find(directory: Path) -> Lodger | None:
    """Return the hub that runs for this folder; a file left by one that was killed does not count."""
    try:
        facts = json.loads((directory / _NAME).read_text("utf-8"))
        lodger = Lodger(int(facts["pid"]), int(facts["port"]), str(facts["engine"]))
        socket.create_connection((HOST, lodger.port), _PATIENCE).close()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return lodger
