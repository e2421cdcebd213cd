"""Time zones in PostGIS, which may be away at any time."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeVar

import psycopg

SECONDS = 3.0
"""For an answer in all: look-up of the host, connection, query."""
PAUSE = 5.0
"""Seconds for which one that was away is not asked again."""
QUERY = """
SELECT tzid FROM tz_world WHERE ST_Contains(geom, ST_SetSRID(ST_MakePoint(%s, %s), 4326)) LIMIT 1
"""
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


class PostGIS:
    """One connection of this process to the table `tz_world`, made on first use: after the fork."""

    name = "postgis"

    def __init__(self, server: Mapping[str, str | int]) -> None:
        """Take this for the parameters of a connection."""
        self._server = server
        self._connection: psycopg.Connection | None = None
        self._away_until = 0.0

    def zone_at(self, latitude: float, longitude: float) -> str | None:
        """Return the time zone there, nothing if no polygon holds the place or PostgreSQL is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            return within(SECONDS, lambda: self._ask(latitude, longitude))
        except (psycopg.Error, TimeoutError) as error:
            log.warning("PostGIS is away for %g s: %s", PAUSE, str(error).strip() or type(error).__name__)
            self._connection = None
            self._away_until = time.monotonic() + PAUSE
            return None

    def _ask(self, latitude: float, longitude: float) -> str | None:
        connection = self._connection
        if connection:
            try:
                return _query(connection, latitude, longitude)
            except psycopg.OperationalError:
                connection.close()  # PostgreSQL was restarted, perhaps
        connection = psycopg.connect(autocommit=True, connect_timeout=2, **self._server)  # type: ignore[arg-type]
        self._connection = connection
        return _query(connection, latitude, longitude)


def _query(connection: psycopg.Connection, latitude: float, longitude: float) -> str | None:
    row = connection.execute(QUERY, (longitude, latitude)).fetchone()
    return row[0] if row else None


def within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """Return what `ask` returns. Raises what it raises, and `TimeoutError` after so many seconds.

    In a thread of its own: neither the look-up of a host that is gone nor an answer has a limit.
    """
    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except Exception as error:  # noqa: BLE001 - raised again by whoever waits
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return answer.result(seconds)
