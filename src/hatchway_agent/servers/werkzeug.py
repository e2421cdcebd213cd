"""Werkzeug: the development server of Flask, with or without its reloader.

## What works
`flask run`, `flask run --debug`, `FLASK_DEBUG=1 flask run`, and `python app.py` with `app.run(debug=True)`.
With the reloader there are two processes: the reloader, which is left alone, and the worker, which it
starts anew after each change; breakpoints move to the new one by themselves.

## What keeps a paused worker alive
Nobody watches but the reloader, which runs in the worker and would end it: what is saved while a thread is
paused is taken up when that has gone on and its request is answered, after five seconds at the latest.

## What to know
`python app.py` is known for a reloader only once its child is there. So with `--wait`, a breakpoint at
import time stops in both, first in the reloader. `flask run --debug` is known by its options. Werkzeug's
own debugger, the console in the browser, works beside Hatchway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hatchway_agent.servers import Calm, Claim, Hold, Role, Server, count_in, frames_of, local_of, stands_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from types import FrameType

    from hatchway_agent.servers import Process

_SCORE = 90
_SCORE_OF_SCRIPT = 70
_RELOADED = "WERKZEUG_RUN_MAIN"


def claim(process: Process) -> Claim | None:
    """Claim `flask run` by its options, and any script by what Werkzeug's reloader tells its child."""
    if process.forked:
        return None
    return _of_flask_run(process) if _is_flask_run(process) else _of_script(process)


def _of_flask_run(process: Process) -> Claim:
    if process.is_restarted or process.environ.get(_RELOADED) == "true":
        return Claim(Role.WORKER, _SCORE, "started by the reloader of flask run")
    if _has_reloader(process) or process.restarts_itself:
        return Claim(Role.RELOADER, _SCORE, "argv runs flask with its reloader")
    return Claim(Role.WORKER, _SCORE, "argv runs flask without its reloader")


def _of_script(process: Process) -> Claim | None:
    if process.environ.get(_RELOADED) == "true" and process.is_restarted:
        return Claim(Role.WORKER, _SCORE_OF_SCRIPT, f"started by Werkzeug's reloader: it has {_RELOADED}")
    if process.restarts_itself and any(child.environ.get(_RELOADED) == "true" for child in process.children):
        return Claim(Role.RELOADER, _SCORE_OF_SCRIPT, f"its child has {_RELOADED} and the same command line")
    return None


def _is_flask_run(process: Process) -> bool:
    return (process.runs_script("flask") or process.runs_module("flask")) and process.has_flag("run")


def _has_reloader(process: Process) -> bool:
    if process.has_flag("--no-reload"):
        return False
    if process.has_flag("--reload", "--debug"):
        return True
    is_debug = process.environ.get("FLASK_DEBUG") or process.environ.get("FLASK_RUN_DEBUG") or ""
    return is_debug.lower() not in ("", "0", "false", "no") and not process.has_flag("--no-debug")


def in_flight(frame: FrameType | None, frames: Collection[FrameType]) -> int | None:
    """Count the threads that run the application."""
    is_ours = stands_in(frame, "werkzeug.serving", "werkzeug._reloader")
    return _count(frames) if is_ours else None


def _count(frames: Iterable[FrameType]) -> int:
    return count_in(frames, "werkzeug.serving", "run_wsgi")


def calm(frame: FrameType | None) -> Calm | None:
    """Hold up the reloader of this worker: it looks for changes in the main thread."""
    reloader = local_of(frames_of(frame, "werkzeug._reloader"), "self", "run")
    if reloader is None:
        return None
    hold = Hold(_count)

    def keep() -> None:
        hold.keep()
        event = vars(reloader).get("should_reload")
        if event is None:
            hold.hold(reloader, "run_step")
        elif not isinstance(event, _HeldEvent):
            # With watchdog, another thread notices, and this is how it says so.
            reloader.should_reload = _HeldEvent(reloader, event, hold)
        else:
            event.hold = hold

    return Calm(keep, hold.release)


class _HeldEvent:
    """Stands in for the event that a reloader waits for, until it is not to be held up any more."""

    def __init__(self, reloader: Any, event: Any, hold: Hold) -> None:
        self.hold = hold
        self._reloader = reloader
        self._event = event
        self._is_set = False

    def set(self) -> None:
        self._is_set = True

    def wait(self, timeout: float | None = None) -> bool:
        if not self.hold.holds():
            self._reloader.should_reload = self._event
            if self._is_set:
                self._event.set()
        return bool(self._event.wait(timeout))


SERVER = Server(
    "werkzeug",
    claim=claim,
    calm=calm,
    distribution="werkzeug",
    environ=(_RELOADED, "FLASK_DEBUG", "FLASK_RUN_DEBUG"),
    in_flight=in_flight,
)
