"""Hypercorn: an ASGI and WSGI server with spawned workers, one unless told.

## What works
`hypercorn app:app`, `--workers N`, `--workers 0` (all in one process), `--reload`. Workers are
`multiprocessing` children and are called `SpawnProcess-1` as there.

## What keeps a paused worker alive
Nothing needs to: Hypercorn's parent watches only whether a worker ends.

## What to know
An `async def` endpoint runs in the event loop: while one is paused, its worker answers nobody else. With
`--reload` the parent imports the application as well, to know its files, and is not debugged. A worker that
ends with an error ends the server, so a worker killed by hand takes all others with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.servers import Claim, Role, Server, claim_with_spawned

if TYPE_CHECKING:
    from hatchway_agent.servers import Process

_SCORE = 90


def claim(process: Process) -> Claim | None:
    """Claim the parent by its command line, and what it has spawned."""
    return claim_with_spawned(process, "hypercorn", _runs_hypercorn, _by_its_options)


def _by_its_options(process: Process) -> Claim:
    if process.has_flag("--reload"):
        return Claim(Role.RELOADER, _SCORE, "argv runs hypercorn with its reloader")
    if process.option("-w", "--workers") == "0":
        return Claim(Role.WORKER, _SCORE, "argv runs hypercorn without workers")
    return Claim(Role.SUPERVISOR, _SCORE, "argv runs hypercorn")


def _runs_hypercorn(process: Process) -> bool:
    return process.runs_script("hypercorn") or process.runs_module("hypercorn")


SERVER = Server("hypercorn", claim=claim, distribution="hypercorn")
