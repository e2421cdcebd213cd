"""The City database: opened once, and again when another one has taken its place."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import maxminddb

from easygeoip.errors import NoDatabaseError
from easygeoip.targets import Address

Record = dict[str, Any]


class NoCityDatabaseError(Exception):
    """A file is no City database."""


def open_city(path: Path) -> maxminddb.Reader:
    """Open a file. Raises `NoCityDatabaseError` if it is none, `OSError` if it cannot be read."""
    try:
        reader = maxminddb.open_database(path)
    except maxminddb.InvalidDatabaseError as error:
        message = f"{path.name} is no MaxMind database: {error}"
        raise NoCityDatabaseError(message) from None
    kind = reader.metadata().database_type
    if "City" not in kind:
        reader.close()
        message = f"{path.name} holds {kind!r}, no City"
        raise NoCityDatabaseError(message)
    return reader


@dataclass(frozen=True)
class _Opened:
    """A database, and the file that it was when it was opened."""

    reader: maxminddb.Reader
    path: Path
    version: tuple[int, ...]


class CityDatabase:
    """Answers from the first of some files that is there, whichever it is at the time."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Look in these places, the best one first."""
        self._paths = paths
        self._opened: _Opened | None = None
        self._lock = threading.Lock()

    def record(self, address: Address) -> Record | None:
        """Return what is known of an address. Raises `NoDatabaseError`."""
        reader = self._current().reader
        if address.version > reader.metadata().ip_version:
            return None
        try:
            return cast("Record | None", reader.get(address))
        except maxminddb.InvalidDatabaseError as error:
            message = f"the database is damaged: {error}"
            raise NoDatabaseError(message) from None

    def describe(self) -> dict[str, Any]:
        """Say which database answers. Raises `NoDatabaseError`."""
        opened = self._current()
        metadata = opened.reader.metadata()
        return {
            "file": opened.path.name,
            "type": metadata.database_type,
            "description": metadata.description.get("en", ""),
            "built": metadata.build_epoch,
        }

    def _current(self) -> _Opened:
        for path in self._paths:
            try:
                found = path.stat()
            except OSError:
                continue
            version = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
            opened = self._opened
            if opened and (opened.path, opened.version) == (path, version):
                return opened
            return self._open(path, version)
        message = f"there is no {self._paths[0].name}: see README.md, 'A database of your own'"
        raise NoDatabaseError(message)

    def _open(self, path: Path, version: tuple[int, ...]) -> _Opened:
        with self._lock:
            try:
                opened = _Opened(open_city(path), path, version)
            except (NoCityDatabaseError, OSError) as error:
                raise NoDatabaseError(str(error)) from None
            # Who still reads the one before holds it; the last of them closes it.
            self._opened = opened
            return opened
