"""Requests per second of every server once a debugger has left, against the same server without one."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from conformance.live import Live
from conformance.rows import ROWS
from conformance.rows import Row as Server
from e2e.running import until
from load import burst
from pairs import in_turn
from rows import Row, Table, row
from settings import Settings

RATE = Table("Requests per second, compared with the same server alone", "x", 3)
CHOSEN = {
    "celery": "solo",
    "django": "runserver, no reloader",
    "granian": "asgi",
    "gunicorn": "sync",
    "hypercorn": "no worker",
    "python": "a script",
    "streamlit": "a script",
    "uvicorn": "single",
    "uwsgi": "master and prefork, harakiri on the command line",
    "waitress": "threads",
    "werkzeug": "flask run",
}
"""The row of each server that is measured; those of Celery and Streamlit through the test's front ends."""
PATH = "/version"


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Let the server alone and the one that was debugged serve in turn, in alternating order."""
    del python  # each row has an environment of its own
    for server in [server for server in ROWS if CHOSEN[server.server] == server.name]:
        with alone(server, version) as one, alone(server, version) as another:
            yield _compare(one, another, version, f"{server.server}, twice (the noise)", settings)
        with alone(server, version) as one, debugged(server, version) as another:
            yield _compare(one, another, version, f"{server.server}, after detach", settings)


@contextmanager
def alone(server: Server, version: str) -> Iterator[Live]:
    """Run the server as in production."""
    with Live(server, version, alone=True) as live:
        live.get(PATH)
        yield live


@contextmanager
def debugged(server: Server, version: str) -> Iterator[Live]:
    """Have every worker attached with a breakpoint, and let go again."""
    with Live(server, version) as live:
        editor = live.until_serving().armed()
        until(lambda: live.states() == {"attached"}, lambda: str(live.processes()))
        editor.request("disconnect")
        editor.close()
        until(lambda: live.states() == {"dormant"}, lambda: str(live.processes()))
        yield live


def _compare(one: Live, another: Live, version: str, what: str, settings: Settings) -> Row:
    for live in (one, another):
        _rate(live, min(settings.burst, 0.5))
    burst_of = [partial(_rate, live, settings.burst) for live in (one, another)]
    pairs = in_turn(settings.pairs, *burst_of)
    rate = statistics.median(second for _, second in pairs)
    return row(RATE, version, what, [second / first for first, second in pairs], beside=f"{rate:.0f}/s")


def _rate(live: Live, seconds: float) -> float:
    count, took = burst(live.port, seconds, PATH)
    return count / took
