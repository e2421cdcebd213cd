"""Django: `runserver`, the development server, with or without its reloader.

## What works
`manage.py runserver`, `django-admin runserver`, `python -m django runserver`, with the reloader and with
`--noreload`. With it there are two processes: the reloader, which is left alone, and the worker, which it
starts anew after each change; breakpoints move to the new one by themselves.

## What keeps a paused worker alive
Nobody watches but the reloader, which runs in the worker and would end it: what is saved while a thread is
paused is taken up when that has gone on and its request is answered, after five seconds at the latest. (Not
with pywatchman installed: then a file that is saved ends the worker at once, paused or not.)

## What to know
Each request has a thread of its own unless `--nothreading` is given. Other commands of `manage.py` are
shown as Python, and debugged just so. In production Django runs under one of the other servers here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.servers import Calm, Claim, Hold, Role, Server, count_in, frames_of, local_of, stands_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from types import FrameType

    from hatchway_agent.servers import Process

_SCORE = 90
_RELOADED = "RUN_MAIN"


def claim(process: Process) -> Claim | None:
    """Claim `runserver`, and tell its reloader from what that has started."""
    if process.forked or not _runs_server(process):
        return None
    if process.has_flag("--noreload"):
        return Claim(Role.WORKER, _SCORE, "argv runs runserver without its reloader")
    if process.is_restarted or process.environ.get(_RELOADED) == "true":
        return Claim(Role.WORKER, _SCORE, "started by the reloader of runserver")
    return Claim(Role.RELOADER, _SCORE, "argv runs runserver with its reloader")


def _runs_server(process: Process) -> bool:
    words = process.words
    at = 2 if words[:1] == ("-m",) else 1
    is_django = any(map(process.runs_script, ("manage.py", "django-admin"))) or process.runs_module("django")
    return is_django and len(words) > at and words[at] == "runserver"


def in_flight(frame: FrameType | None, frames: Collection[FrameType]) -> int | None:
    """Count the threads that run the application."""
    is_ours = stands_in(frame, "django.core.servers.basehttp", "django.utils.autoreload")
    return _count(frames) if is_ours else None


def _count(frames: Iterable[FrameType]) -> int:
    return count_in(frames, "wsgiref.handlers", "run")


def calm(frame: FrameType | None) -> Calm | None:
    """Hold up the reloader of this worker: it looks for changes in the main thread."""
    reloader = local_of(frames_of(frame, "django.utils.autoreload"), "self", "run_loop")
    if not hasattr(reloader, "snapshot_files"):
        return None
    hold = Hold(_count)

    def keep() -> None:
        hold.keep()
        hold.hold(reloader, "snapshot_files", ())

    return Calm(keep, hold.release)


SERVER = Server(
    "django",
    claim=claim,
    distribution="django",
    calm=calm,
    environ=(_RELOADED,),
    in_flight=in_flight,
)
