"""The only timer of the hub: one moment to wake at, replaced by each new wish."""

import asyncio
from collections.abc import Callable


class Clock:
    """Tells the time of the running loop, in seconds, and calls back once at a wished moment."""

    def __init__(self, ring: Callable[[], None]) -> None:
        """Remember whom to call; must be made while the loop runs."""
        self._loop = asyncio.get_running_loop()
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def now(self) -> float:
        """Return the loop's monotonic time."""
        return self._loop.time()

    def wake_at(self, when: float) -> None:
        """Call back at `when`, and no longer at the moment wished before."""
        self.stop()
        self._timer = self._loop.call_at(when, self._ring)

    def stop(self) -> None:
        """Forget the wish."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
