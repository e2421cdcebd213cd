"""What a process answers beside its session: to a child that stands still, and how much it has in flight."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.debugger import dial, watchdog

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from types import FrameType

    from hatchway_agent.servers import Server


def answer(asked: Mapping[str, Any], main_ident: int) -> bytes:
    """Return the line to answer with to `park`, `release` or `busy`; nothing if nobody can tell."""
    frames = sys._current_frames()
    main = frames.get(main_ident)
    if asked.get("verb") == "busy":
        told = in_flight(_servers(), main, frames.values())
        return b"" if told is None else b"%d\n" % told
    pid = asked.get("pid")
    if isinstance(pid, int):
        watchdog.calm_child(_servers(), main, str(asked["verb"]), pid)
    return b"ok\n"


def in_flight(servers: Iterable[Server], main: FrameType | None, frames: Collection[FrameType]) -> int | None:
    """Return how many requests or tasks a server says that this process is at work on; None if none does."""
    answers = (watchdog.attempt(server.in_flight, main, frames) for server in servers)
    return next((told for told in answers if told is not None), None)


@functools.cache
def _servers() -> tuple[Server, ...]:
    """Look for them once: who watches asks twice a second."""
    return tuple(dial.known_servers())
