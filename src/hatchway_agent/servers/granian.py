"""Granian: a Rust front end with one Python process per worker, forked or spawned.

## What works
The interfaces `asgi`, `wsgi` and `rsgi`, `--workers N`, `--reload`. Workers are called `granian worker 1`
by the number Granian itself logs.

## What keeps a paused worker alive
Nothing needs to: Granian's parent watches only whether a worker ends. `--workers-lifetime` and
`--workers-max-rss` replace a paused worker only if `--workers-kill-timeout` is set as well.

## What to know
An `async def` endpoint runs in the event loop: while one is paused, its worker answers nobody else. With
`wsgi` each of `--blocking-threads` is paused by itself; the default is one. A killed worker takes the server
down unless `--respawn-failed-workers` is given. Workers are forked where Python forks by default, up to 3.13,
and spawned from 3.14 on. On a free-threaded Python workers are threads of one process, which is then the
parent: not supported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.servers import Claim, Role, Server, frames_of, local_of

if TYPE_CHECKING:
    from types import FrameType

    from hatchway_agent.servers import Process

_SCORE = 90


def claim(process: Process) -> Claim | None:
    """Claim the parent by its command line, and what it has forked or spawned."""
    if _runs_granian(process) and not process.forked:
        if process.has_flag("--reload") or process.environ.get("GRANIAN_RELOAD", "") in _YES:
            return Claim(Role.RELOADER, _SCORE, "argv runs granian with its reloader")
        return Claim(Role.SUPERVISOR, _SCORE, "argv runs granian")
    parent = process.parent
    if parent is None or parent.forked or not _runs_granian(parent):
        return None
    if process.forked or process.is_spawned:
        how = "forked" if process.forked else "spawned"
        return Claim(Role.WORKER, _SCORE, f"{how} by granian")
    return None


_YES = ("1", "true", "True", "yes", "on", "t", "y")


def _runs_granian(process: Process) -> bool:
    return process.runs_script("granian") or process.runs_module("granian")


def worker_number(frame: FrameType | None) -> int | None:
    """Find the number that a worker's main function was given."""
    number = local_of(frames_of(frame, "granian.server"), "worker_id", "wrapped")
    return number if isinstance(number, int) else None


SERVER = Server(
    "granian",
    claim=claim,
    distribution="granian",
    worker_number=worker_number,
    environ=("GRANIAN_RELOAD",),
    first_call="granian.wsgi:Response",
)
