"""Keeps the server's killer quiet while a thread is parked, in the worker or by its parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

    from hatchway_agent.servers import Calm, Server

BEAT = 0.5
"""Seconds between two beats; gunicorn's shortest sensible time-out is a second."""


class Watchdog:
    """Counts who stands still, and keeps the killer quiet while somebody does."""

    def __init__(
        self,
        servers: Iterable[Server],
        main_frame: Callable[[], FrameType | None],
        ask_parent: Callable[[str], object],
    ) -> None:
        """Take the known servers, how to see the main thread's newest frame, and how to tell the parent."""
        self._servers = list(servers)
        self._main_frame = main_frame
        self._ask_parent = ask_parent
        # A list, as appending is atomic: threads park at the same time, and gevent patches locks.
        self._parked: list[None] = []
        self._calms: list[Calm] = []

    def parking(self, suspend: Callable[..., Any]) -> Callable[..., Any]:
        """Return pydevd's suspension of a thread, with the killer kept quiet round it."""

        def suspend_quietly(*args: Any, **kwargs: Any) -> Any:
            self.park()
            try:
                return suspend(*args, **kwargs)
            finally:
                self.release()

        return suspend_quietly

    def park(self) -> None:
        """Note that one more stands still; the request may have used up most of its time already."""
        self._parked.append(None)
        if len(self._parked) == 1 or not self._calms:
            self._calms = list(self._find_calms())
        self.beat()

    def release(self) -> None:
        """Note that one goes on; after the last one the killer is back."""
        self._parked.pop()
        if not self._parked:
            for calm in self._calms:
                attempt(calm.release)
                if calm.asks_parent:
                    attempt(self._ask_parent, "release")

    def beat(self) -> None:
        """Keep the killer quiet, if somebody stands still."""
        if not self._parked:
            return
        for calm in self._calms:
            attempt(calm.keep)
            if calm.asks_parent:
                attempt(self._ask_parent, "park")

    def _find_calms(self) -> Iterator[Calm]:
        frame = self._main_frame()
        for server in self._servers:
            calm = attempt(server.calm, frame)
            if calm is not None:
                yield calm


def calm_child(servers: Iterable[Server], frame: FrameType | None, verb: str, pid: int) -> None:
    """In the parent: do what a child has asked by `park` or `release`."""
    if frame is None:
        return
    for server in servers:
        calm = attempt(server.calm_child, frame, pid)
        if calm is not None:
            attempt(calm.keep if verb == "park" else calm.release)


def attempt(step: Callable[..., Any] | None, *args: object) -> Any:
    """Take a step, if there is one; a broken one must not stop the others."""
    try:
        return step(*args) if step is not None else None
    except Exception:
        return None
