"""What `breakpoint()` does: stops in the session; without one, waits for it for a stated time, or runs on.

Imported by the first `breakpoint()` or the first session, never at start-up.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

from hatchway_agent.debugger.dial import known_servers
from hatchway_agent.debugger.watchdog import BEAT, Watchdog

if TYPE_CHECKING:
    import _thread
    from collections.abc import Callable
    from types import FrameType

    from hatchway_agent.debugger.dial import Call

WAIT = 60.0
"""Seconds for which a thread waits, unless told otherwise."""

_stop: Callable[[FrameType], object] | None = None
_waiting: list[_thread.LockType] = []
"""One lock for each thread that waits, added and removed by itself alone: both are atomic."""


class Dormant(Protocol):
    """What the dormant part lends: all of it real, also under gevent."""

    def new_lock(self) -> _thread.LockType:
        """Return a lock."""

    def monotonic(self) -> float:
        """Return the time, in seconds."""

    def join(self) -> bool:
        """Dial the session that is open, unless this process is in it; tell whether there is one."""


def arm(stop: Callable[[FrameType], object]) -> None:
    """From now on have `breakpoint()` stop in the session; who waits for one, stops too."""
    global _stop  # noqa: PLW0603 (`breakpoint()` takes no arguments)
    _stop = stop
    for woken in _waiting.copy():
        if woken.locked():
            woken.release()


def disarm() -> None:
    """There is no session any more."""
    global _stop  # noqa: PLW0603
    _stop = None


def seconds_of(asked: str) -> float:
    """Return how long to wait by `skip`, `wait` or `wait:SECONDS`; what makes no sense is the default."""
    what, _, seconds = asked.partition(":")
    if what == "skip":
        return 0.0
    try:
        return float(seconds) if what == "wait" and seconds else WAIT
    except ValueError:
        return WAIT


def reached(frame: FrameType, call: Call, asked: str, dormant: Dormant) -> None:
    """Stop the calling thread in its `frame`, if there is a session or comes one while it waits.

    What a signal handler of the application raises meanwhile goes up to the application.
    """
    if _stop is None:
        _wait(frame, call, seconds_of(asked), dormant)
    stop_at(frame)


def stop_at(frame: FrameType) -> None:
    """Stop the calling thread in its `frame`, if there is a session."""
    stop = _stop
    if stop is not None:
        try:
            stop(frame)
        except Exception:
            pass  # the session has ended this instant


def _wait(frame: FrameType, call: Call, seconds: float, dormant: Dormant) -> None:
    """Wait until there is a session, for so many seconds at most."""
    deadline = dormant.monotonic() + seconds
    watchdog = Watchdog(known_servers(), call.main_frame, call.ask_parent)
    has_said = False
    woken = dormant.new_lock()
    woken.acquire()
    note = _Note(call.identity.path(os.path.dirname(call.relay), f"{id(woken)}.waits"))
    _waiting.append(woken)  # before the first look: a session that comes from now on wakes us
    watchdog.park()
    try:
        while _stop is None and not note.is_taken() and (left := deadline - dormant.monotonic()) > 0:
            if not dormant.join() and not has_said:
                has_said = True
                note.leave()
                _say(frame, call, seconds)
            woken.acquire(timeout=min(BEAT, left))
            watchdog.beat()
    finally:
        watchdog.release()
        _waiting.remove(woken)
        note.remove()


class _Note:
    """The file that says that a thread waits, for `ps`; if somebody takes it away, the thread runs on."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lies = False

    def leave(self) -> None:
        try:
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))
            self._lies = True
        except OSError:
            pass  # nobody may write there, hence nobody can take it away

    def is_taken(self) -> bool:
        return self._lies and not os.path.exists(self._path)

    def remove(self) -> None:
        try:
            os.unlink(self._path)
        except OSError:
            pass


def _say(frame: FrameType, call: Call, seconds: float) -> None:
    """Say in one line who waits for what; an application without a stderr does without it."""
    run = os.path.dirname(call.relay)
    try:
        has_hub = any(name.startswith("relay.") for name in os.listdir(run))
        hint = "" if has_hub else " (no hub here yet: hatchway attach)"
        name = frame.f_code.co_filename.removeprefix(os.getcwd() + os.sep)
        sys.stderr.write(
            f"hatchway: breakpoint() at {name}:{frame.f_lineno} in pid {call.identity.pid} "
            f"waits {seconds:g} s for a debugger, then runs on{hint}\n"
        )
        sys.stderr.flush()
    except (AttributeError, OSError, RuntimeError, ValueError):
        pass  # not every exception: what a signal handler raises is not ours
