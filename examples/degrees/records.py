"""Where the records are kept: one SQLite file, shared by all workers and there after a restart."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

LARGEST = 10**9
"""What no id, year or count reaches; SQLite's own limit is higher."""
PATIENCE = 5.0
"""Seconds to wait while another worker writes."""


@dataclass(frozen=True)
class Record:
    """How many degrees were awarded in one year."""

    id: int
    year: int
    degrees: int


class UnknownRecordError(Exception):
    """There is no record with the id that is its argument."""


class TakenError(Exception):
    """There is a record already with the id that is its argument."""


FIRST = (
    Record(0, 1990, 5818),
    Record(1, 1991, 5725),
    Record(2, 1992, 6005),
    Record(3, 1993, 6123),
    Record(4, 1994, 6096),
)
"""What a new store holds."""


class Records:
    """The store in one file; each call is a transaction of its own."""

    def __init__(self, path: Path) -> None:
        """Open the store, made with its first records if it is new."""
        self.path = path
        with self._transaction() as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE name = 'degrees'")
            if tables.fetchone() is None:
                database.execute(
                    "CREATE TABLE degrees (id INTEGER PRIMARY KEY, year INTEGER, degrees INTEGER)"
                )
                database.executemany("INSERT INTO degrees VALUES (?, ?, ?)", map(astuple, FIRST))

    def since(self, year: int = -LARGEST, limit: int = -1) -> list[Record]:
        """Return the records of this year and later, by id, at most `limit`; below zero: all."""
        query = "SELECT id, year, degrees FROM degrees WHERE year >= ? ORDER BY id LIMIT ?"
        with self._transaction() as database:
            return [Record(*row) for row in database.execute(query, (year, limit))]

    def get(self, number: int) -> Record:
        """Return one record. Raises `UnknownRecordError` if there is none."""
        query = "SELECT id, year, degrees FROM degrees WHERE id = ?"
        with self._transaction() as database:
            row = database.execute(query, (min(number, LARGEST + 1),)).fetchone()
        if row is None:
            raise UnknownRecordError(number)
        return Record(*row)

    def add(self, year: int, degrees: int, number: int | None = None) -> Record:
        """Keep a new record; without a number it gets the next. Raises `TakenError` if it is not free."""
        with self._transaction() as database:
            try:
                row = database.execute("INSERT INTO degrees VALUES (?, ?, ?)", (number, year, degrees))
            except sqlite3.IntegrityError:
                raise TakenError(number) from None
            return Record(row.lastrowid or 0, year, degrees)

    def change(self, record: Record) -> None:
        """Put a record in the place of the one with its id. Raises `UnknownRecordError` if there is none."""
        change = "UPDATE degrees SET year = ?, degrees = ? WHERE id = ?"
        with self._transaction() as database:
            if not database.execute(change, (record.year, record.degrees, record.id)).rowcount:
                raise UnknownRecordError(record.id)

    def remove(self, number: int) -> None:
        """Forget a record. Raises `UnknownRecordError` if there is none."""
        with self._transaction() as database:
            if not database.execute("DELETE FROM degrees WHERE id = ?", (number,)).rowcount:
                raise UnknownRecordError(number)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as database:
            # Immediate: two workers that both begin by reading could not both go on to write.
            database.execute("BEGIN IMMEDIATE")
            with database:
                yield database
