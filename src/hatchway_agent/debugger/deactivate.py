"""Gives full speed back: ends pydevd, unparks every thread, and puts back what an attachment changed."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING, Any

from hatchway_agent.debugger import breakhook, pdbhook, quirks, threads

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType, TracebackType

    from hatchway_agent.debugger.dial import Stream
    from hatchway_agent.debugger.strangers import Strangers
    from hatchway_agent.debugger.vendored import VendoredFinder
    from hatchway_agent.debugger.watchdog import Watchdog


class Active:
    """What an attachment has changed, and what was there before."""

    def __init__(self, stream: Stream, finder: VendoredFinder, main_ident: int) -> None:
        """Note what pydevd will overwrite."""
        import threading

        self.stream = stream
        self.finder = finder
        self.main_ident = main_ident
        self.pid = os.getpid()
        self.thread_trace = threading.gettrace()
        self.thread_codes: dict[str, CodeType] = {}
        self.thread_starters: list[tuple[Any, str, Any]] = []
        self.pydevd: Any = None
        self.debugger: Any = None
        self.strangers: Strangers | None = None
        self.watchdog: Watchdog

    def loaded(self, pydevd: Any) -> None:
        """Note what pydevd, now imported, is about to patch."""
        self.pydevd = pydevd
        self.thread_codes = threads.listing_codes()
        self.thread_starters = threads.starters()

    def stop_at(self, frame: FrameType) -> None:
        """Have the calling thread stop at the next line of one of its frames."""
        if self.pydevd.get_global_debugger() is self.debugger:  # without one, pydevd would make one
            self.pydevd.settrace(
                suspend=True,
                trace_only_current_thread=True,
                patch_multiprocessing=False,
                stop_at_frame=frame,
            )

    def stop_after(self, error: tuple[Any, BaseException, TracebackType]) -> None:
        """Have the calling thread stop where an exception, caught by now, was raised."""
        if self.pydevd.get_global_debugger() is self.debugger:
            quirks.stop_post_mortem(self.pydevd, self.debugger, error)


_active: Active | None = None


def begin(stream: Stream, finder: VendoredFinder, main_ident: int) -> Active:
    """Note that an attachment begins."""
    global _active  # noqa: PLW0603 (a forked child has to find it)
    _active = Active(stream, finder, main_ident)
    return _active


def active() -> Active:
    """Return the present attachment."""
    if _active is None:
        msg = "nothing is attached"
        raise LookupError(msg)
    return _active


def deactivate(nap: Callable[[float], object]) -> None:
    """End the attachment; on return no thread of pydevd's runs, and none of the application's is traced."""
    global _active
    ending, _active = _active, None
    if ending is None:
        return
    breakhook.disarm()
    _attempt(pdbhook.disarm)
    _attempt(ending.stream.close)
    if ending.pydevd is not None:
        debugger = ending.debugger or ending.pydevd.get_global_debugger()
        if debugger is not None:
            _attempt(quirks.end_threads, debugger)
        _forget_strangers(ending)
        _attempt(quirks.await_no_thread_inside, nap)
        _attempt(quirks.forget_debugger)
        _restore(ending)


def forget_inherited() -> None:
    """In a forked child of an attached parent: become as if never attached, and say nothing on its line."""
    global _active
    inherited, _active = _active, None
    if inherited is None:
        return
    breakhook.disarm()
    _attempt(pdbhook.disarm)
    _attempt(inherited.stream.abandon)
    if inherited.pydevd is not None:
        _forget_strangers(inherited)
        _attempt(quirks.forget_after_fork, inherited.pydevd)
        _restore(inherited)


def _forget_strangers(ending: Active) -> None:
    if ending.strangers is not None:
        _attempt(ending.strangers.forget)


def _restore(ending: Active) -> None:
    _attempt(quirks.untrace, ending.thread_trace)
    _attempt(threads.restore_starters, ending.thread_starters)
    _attempt(threads.restore_listing, ending.thread_codes)
    _attempt(threads.forget_ours)
    _attempt(atexit.unregister, ending.pydevd.stoptrace)
    ending.finder.remove()


def _attempt(step: Callable[..., object], *args: object) -> None:
    """Take one step of the way back; one that fails must not keep us from the others."""
    try:
        step(*args)
    except Exception:
        pass
