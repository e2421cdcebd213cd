"""Waitress: a WSGI server in a single process with several threads.

## What works
`waitress-serve app:app` and `python -m waitress`. Each of its threads (`--threads`, 4 unless told) is
paused by itself, and the others answer meanwhile.

## What keeps a paused worker alive
Nothing needs to: nobody watches. `--channel-timeout` closes idle connections, not those whose answer is
due.

## What to know
A server started by `waitress.serve(...)` in a script of your own is shown as Python, and debugged just so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.servers import Claim, Role, Server

if TYPE_CHECKING:
    from hatchway_agent.servers import Process


def claim(process: Process) -> Claim | None:
    """Claim the one process by its command line."""
    if process.forked or not (process.runs_script("waitress-serve") or process.runs_module("waitress")):
        return None
    return Claim(Role.WORKER, score=90, because="argv runs waitress")


SERVER = Server("waitress", claim=claim, distribution="waitress")
