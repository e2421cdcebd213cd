"""Django: `runserver`, the development server, with or without its reloader.

## What works
`manage.py runserver`, `django-admin runserver`, `python -m django runserver`, with the reloader and with
`--noreload`. With it there are two processes: the reloader, which is left alone, and the worker, which it
starts anew after each change; breakpoints move to the new one by themselves.

## What keeps a paused worker alive
Nothing needs to: nobody watches. A file that is saved while a thread is paused ends the worker at once,
paused or not: the change is noticed in the worker itself.

## What to know
Each request has a thread of its own unless `--nothreading` is given. Other commands of `manage.py` are
shown as Python, and debugged just so. In production Django runs under one of the other servers here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.servers import Claim, Role, Server, count_in, stands_in

if TYPE_CHECKING:
    from collections.abc import Collection
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
    return count_in(frames, "wsgiref.handlers", "run") if is_ours else None


SERVER = Server("django", claim=claim, distribution="django", environ=(_RELOADED,), in_flight=in_flight)
