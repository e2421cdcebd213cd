"""The relay, one process per container: joins the sockets of all its workers to its own stdin and stdout."""

from __future__ import annotations

import os
import resource
import signal
import sys
from typing import TYPE_CHECKING

from hatchway_agent.relay.rendezvous import RendezvousError
from hatchway_agent.relay.switchboard import Switchboard

if TYPE_CHECKING:
    from types import FrameType

_FILES_WANTED = 2048
"""Twice what 256 workers, their doorbells and the callers need; macOS gives 256 unless asked."""


def relay(directory: str) -> int:
    """Serve the directory on stdin and stdout until the hub goes; return the exit code."""
    _allow_files()
    incoming, outgoing = _take_stdio()
    try:
        switchboard = Switchboard(directory, incoming, outgoing)
    except RendezvousError as error:
        _say(str(error))
        return 1

    def end(number: int, _frame: FrameType | None) -> None:
        switchboard.end(f"signal {number}")

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)
    signal.signal(
        signal.SIGPIPE, signal.SIG_IGN
    )  # a broken pipe is an error of the write, which ends us in order
    why = switchboard.run()
    _say(why)
    return 0


def _take_stdio() -> tuple[int, int]:
    """Return stdin and stdout as files of our own; prints from now on go to stderr, not into frames."""
    incoming, outgoing = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    return incoming, outgoing


def _allow_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES_WANTED if hard == resource.RLIM_INFINITY else min(_FILES_WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):
        pass


def _say(why: str) -> None:
    try:
        sys.stderr.write(f"hatchway relay: {why}\n")
    except OSError:
        pass
