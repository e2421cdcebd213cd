"""Gunicorn: an arbiter that forks workers and kills those whose temporary file it sees no change of.

## What works
The worker classes `sync`, `gthread`, `gevent` and `uvicorn_worker.UvicornWorker`, `--preload`,
`--max-requests`, `--reload`, HUP, a new arbiter after USR2, daemons, and a program that runs gunicorn itself
(`gunicorn.app.base.BaseApplication`). Workers are called by the number
that the arbiter gives them; one that replaces another stops on its first request.

## What keeps a paused worker alive
The arbiter kills a worker that has not touched its temporary file for `--timeout` seconds. While a thread
of it is paused, the agent touches the file in its stead, every half second.

## What to know
A program that runs gunicorn itself is shown as Python until its first worker is there. With `gevent` all
requests of a worker share one thread: one that is paused pauses its worker. With
`--preload` the application is imported in the arbiter: with `--wait`, that is where code at import time is
stopped in.
"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from hatchway_agent.servers import Calm, Claim, Role, Server, count_in

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import FrameType

    from hatchway_agent.servers import Process

_SCORE = 90
_SCORE_OF_ORPHAN = 60


def claim(process: Process) -> Claim | None:
    """Claim the arbiter by its command line, and what it forks."""
    # A forked process has its parent's command line: that alone tells nothing about it. One that was executed
    # is an arbiter whatever its parent is: on USR2 an arbiter forks a child, which executes gunicorn anew.
    if not _runs_gunicorn(process):
        return _claim_embedded(process)
    if not process.forked:
        imports_app = process.has_flag("--preload", "--preload-app")
        return Claim(Role.SUPERVISOR, _SCORE, "argv runs gunicorn", imports_app=imports_app)
    is_daemon = process.has_flag("-D", "--daemon")
    if process.parent is None or not _runs_gunicorn(process.parent):
        # A daemon's arbiter is forked twice and its parents are gone. Else it is the arbiter that died.
        role, what = (Role.SUPERVISOR, "an arbiter") if is_daemon else (Role.WORKER, "a worker")
        return Claim(role, _SCORE_OF_ORPHAN, f"forked by a gunicorn that is gone, so {what}")
    parent = claim(process.parent)
    if parent is None or parent.role is not Role.SUPERVISOR:
        return None  # what a worker forks is the application's own affair
    if is_daemon and _is_becoming_daemon(process.parent):
        return Claim(Role.SUPERVISOR, _SCORE, "forked to become a daemon")
    return Claim(Role.WORKER, _SCORE, "forked by a gunicorn arbiter")


def _claim_embedded(process: Process) -> Claim | None:
    """Claim what a program of the application's own has gunicorn do; its arbiter is known by its children."""
    if process.forker == _ARBITER:
        return Claim(Role.WORKER, _SCORE, "forked by gunicorn's arbiter, which a program runs itself")
    if any(child.forker == _ARBITER for child in process.children):
        return Claim(Role.SUPERVISOR, _SCORE, "a program whose gunicorn forks workers", imports_app=True)
    return None


_ARBITER = "gunicorn.arbiter"


def _runs_gunicorn(process: Process) -> bool:
    return process.runs_script("gunicorn") or process.runs_module("gunicorn")


def _is_becoming_daemon(parent: Process) -> bool:
    """Tell whether the parent is the executed process, or the first of the two that are forked from it."""
    if parent.forked:
        return parent.parent is not None and _is_becoming_daemon(parent.parent) and not parent.parent.forked
    # After USR2 an executed process is no more a daemon to be: it was one before, as its parent shows.
    return parent.parent is None or not _runs_gunicorn(parent.parent)


def _worker_on(frame: FrameType | None) -> object | None:
    """Find gunicorn's own object for the worker: `self` of its `run`, or what the arbiter has just forked."""
    while frame is not None:
        # Of frames that are not gunicorn's the locals are left alone: reading them can have effects.
        if frame.f_globals.get("__name__", "").startswith("gunicorn."):
            for found in (frame.f_locals.get("self"), frame.f_locals.get("worker")):
                if _is_worker(found):
                    return found
        frame = frame.f_back
    # Under gevent the main thread mostly stands in the loop, where the worker is not on the stack.
    found = getattr(signal.getsignal(signal.SIGABRT), "__self__", None)
    return found if _is_worker(found) else None


def _is_worker(found: object) -> bool:
    kinds = (f"{kind.__module__}.{kind.__name__}" for kind in type(found).__mro__)
    return "gunicorn.workers.base.Worker" in kinds


def calm(frame: FrameType | None) -> Calm | None:
    """Find `worker.tmp.notify`, which touches the file that the arbiter watches."""
    beat = getattr(getattr(_worker_on(frame), "tmp", None), "notify", None)
    return Calm(keep=beat) if callable(beat) else None


def worker_number(frame: FrameType | None) -> int | None:
    """Find `worker.age`, by which the arbiter counts the workers it has born."""
    number = getattr(_worker_on(frame), "age", None)
    return number if isinstance(number, int) else None


def in_flight(frame: FrameType | None, frames: Collection[FrameType]) -> int | None:
    """Count the threads that handle a request; greenlets and event loops show none."""
    modules = {kind.__module__ for kind in type(_worker_on(frame)).__mro__}
    module = next((one for one in _THREADED if one in modules), None)
    return count_in(frames, module, "handle_request") if module else None


_THREADED = ("gunicorn.workers.sync", "gunicorn.workers.gthread")
"""Where the workers are that answer each request in one thread."""


SERVER = Server(
    "gunicorn",
    claim=claim,
    distribution="gunicorn",
    calm=calm,
    worker_number=worker_number,
    in_flight=in_flight,
)
