"""One session of this process: dial, load pydevd from the payload, arm it; at the end give full speed back.

Runs on a thread of the agent's own, from the ring to the end of the session.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Any, Protocol

from hatchway_agent.debugger import breakhook, deactivate, pdbhook, quirks, threads
from hatchway_agent.debugger.dial import Call, Stream, dial, known_servers, server_facts
from hatchway_agent.debugger.strangers import Strangers
from hatchway_agent.debugger.vendored import VendoredFinder
from hatchway_agent.debugger.watchdog import BEAT, Watchdog

__all__ = ["Call", "attend"]

_MOMENT = 0.005
_LOOK = 0.02
_LOOKS_PER_BEAT = int(BEAT / _LOOK)
_LOOKS_IN_YOUTH = 10 * _LOOKS_PER_BEAT
"""How often a newborn's threads are looked for at such short intervals: its first request shall stop."""


class Session(Protocol):
    """What the dormant part wants to be told, and how it lets us wait."""

    def settle(self) -> None:
        """Take note that the imports are over."""

    def let_go(self) -> None:
        """Let a held newborn run."""

    def hub_left(self) -> None:
        """Take note that the hub has gone."""

    def outlasts(self, seconds: float) -> bool:
        """Wait so long, unless the hub leaves first."""

    def nap(self, seconds: float) -> None:
        """Wait so long."""


def attend(call: Call, session: Session) -> None:
    """Have the session, from the dial to full speed again."""
    threads.adopt_main(call.main_ident)
    sock = dial(call)
    if sock is None:
        return
    stream = Stream(sock, session.hub_left)
    try:
        debugger = _arm(call, stream)
        session.settle()
        silent: set[int] = set()
        _seek_threads(debugger, silent)
        quirks.announce(debugger, "hatchwayArmed")
        watchdog = deactivate.active().watchdog
        waited = 0.0
        while not debugger.is_attached() and session.outlasts(_MOMENT):
            waited += _MOMENT
            if waited >= BEAT:  # not at every moment: a beat may ring at the parent
                watchdog.beat()
                waited = 0.0
        breakhook.arm(deactivate.active().stop_at)
        pdbhook.arm()
        if call.why == "newborn":
            watchdog.release()
        session.let_go()
        title = ""
        looks = _LOOKS_IN_YOUTH if call.why == "newborn" and quirks.SEEKS_THREADS else 0
        while session.outlasts(_LOOK if looks > 0 else BEAT) and not debugger.pydb_disposed:
            looks -= 1
            _seek_threads(debugger, silent)
            if looks <= 0 or looks % _LOOKS_PER_BEAT == 0:
                watchdog.beat()
                title = _tell_name(call, debugger, title)
    finally:
        session.hub_left()
        session.settle()
        deactivate.deactivate(session.nap)


def _seek_threads(debugger: Any, silent: set[int]) -> None:
    """Trace those that do not show by themselves."""
    strangers = deactivate.active().strangers
    if strangers is not None:
        strangers.watch()
        quirks.trace_silent_threads(debugger, silent)


def _tell_name(call: Call, debugger: Any, told: str) -> str:
    """Tell what this process is called if that is not what was told: at birth some do not know it yet."""
    title, _ = server_facts(call)
    if title and title != told:
        quirks.announce(debugger, "hatchwayNamed", {"title": title})
    return title


def _arm(call: Call, stream: Stream) -> Any:
    """Load pydevd, connect it to the stream, and have it trace; return its debugger."""
    directory = os.path.join(call.payload, "pydevd")
    finder = VendoredFinder(directory)
    active = deactivate.begin(stream, finder, call.main_ident)
    finder.install()
    pydevd = quirks.load(call.main_ident)
    finder.clean_path()
    active.loaded(pydevd)
    active.watchdog = Watchdog(known_servers(), call.main_frame, call.ask_parent)
    if call.why == "newborn":
        active.watchdog.park()  # its main thread is held until it is configured
    quirks.connect_through(pydevd, stream)
    quirks.suspend_through(pydevd, active.watchdog.parking)
    threads.hide_ours()
    if quirks.SEEKS_THREADS:
        active.strangers = Strangers(
            partial(quirks.trace_this_thread, pydevd), (server.first_call for server in known_servers())
        )
        active.strangers.watch()
    pydevd.SetupHolder.setup = None
    pydevd.settrace(
        host="hatchway",
        port=1,
        suspend=False,
        protocol="dap",
        notify_stdin=False,
        patch_multiprocessing=False,
        wait_for_ready_to_run=False,
        access_token=call.token,
        client_access_token=call.token,
        dont_trace_start_patterns=(call.payload + os.sep,),
    )
    active.debugger = debugger = pydevd.get_global_debugger()
    # debugpy keeps a NameError to itself: a misspelt condition never stops, and nobody learns why.
    debugger.skip_print_breakpoint_exception = ()
    return debugger
