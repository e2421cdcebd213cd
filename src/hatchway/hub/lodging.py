"""Where the running hub of a folder says its port, so that the other commands find it."""

import contextlib
import json
import os
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hatchway.errors import HatchwayError
from hatchway.hub.editor_port import HOST

if sys.platform != "win32":
    import fcntl

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
        self._lock: int | None = None
        # Before we listen anywhere ourselves: a hub that was killed may have had the port that we get.
        if lodger := find(directory):
            msg = f"a hub already runs for this folder, on {HOST}:{lodger.port}"
            raise HatchwayError(msg, "attach your editor to it, or end it first with Ctrl-C")

    def announce(self, port: int, engine: str) -> None:
        """Say where the hub listens, and what it follows."""
        self._lock = _opened(self._path.parent)
        if self._lock is not None and not _is_taken(self._lock):
            msg = "another hub for this folder has just begun"
            raise HatchwayError(msg, "attach your editor to that one: `hatchway ps` shows what it sees")
        # Renamed into place: a reader sees a whole file or none.
        fresh = self._path.with_name(f"{_NAME}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({"pid": os.getpid(), "port": port, "engine": engine}), "utf-8")
        fresh.replace(self._path)

    def leave(self) -> None:
        """Give the place back, and the directory, unless somebody else is in it."""
        sweep(self._path.parent)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def sweep(directory: Path) -> None:
    """Remove what a hub that has ended, or was killed, leaves in its directory."""
    (directory / _NAME).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # processes of the app may still meet there
        directory.rmdir()


def _is_held(directory: Path) -> bool:
    """Tell whether a hub lives. Its port may be another's by now, but its lock goes with it."""
    lock = _opened(directory)
    if lock is None:
        return sys.platform == "win32"
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _is_taken(lock: int) -> bool:
    """Take the lock for good; who only looks holds it for an instant. Tell whether that could be."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.01)
    return False


def _opened(directory: Path) -> int | None:
    """Open the directory, to lock it; None where that cannot be, or there is none."""
    try:
        return None if sys.platform == "win32" else os.open(directory, os.O_RDONLY)
    except OSError:
        return None


def find(directory: Path) -> Lodger | None:
    """Return the hub that runs for this folder; a file left by one that was killed does not count."""
    if not _is_held(directory):
        return None
    try:
        facts = json.loads((directory / _NAME).read_text("utf-8"))
        lodger = Lodger(int(facts["pid"]), int(facts["port"]), str(facts["engine"]))
        socket.create_connection((HOST, lodger.port), _PATIENCE).close()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return lodger
