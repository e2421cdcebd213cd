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

from hatchway_agent.servers import Claim, Role, Server, count_in, stands_in

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import FrameType

    from hatchway_agent.servers import Process


def claim(process: Process) -> Claim | None:
    """Claim the one process by its command line."""
    if process.forked or not (process.runs_script("waitress-serve") or process.runs_module("waitress")):
        return None
    return Claim(Role.WORKER, score=90, because="argv runs waitress")


def in_flight(frame: FrameType | None, frames: Collection[FrameType]) -> int | None:
    """Count the threads that serve a channel."""
    return count_in(frames, "waitress.channel", "service") if stands_in(frame, "waitress") else None


SERVER = Server("waitress", claim=claim, distribution="waitress", in_flight=in_flight)
