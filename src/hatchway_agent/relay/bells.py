"""Rings doorbells, all at once and without waiting: who sleeps soundly holds up nobody."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway_agent.relay.call import Call

if TYPE_CHECKING:
    import selectors

    from hatchway_agent.relay.limits import Limits
    from hatchway_agent.survey.traces import Trace

_FIRST_RETRY = 1.0
_LAST_RETRY = 30.0


@dataclass
class _Bell:
    """One process's doorbell: the call under way, and when it may be rung again."""

    call: Call | None
    retry_at: float
    pause: float


class Bells:
    """Rings each process once, and again only if it answered and nothing came of it."""

    def __init__(self, selector: selectors.BaseSelector, directory: str, limits: Limits) -> None:
        """Ring nobody yet."""
        self._selector = selector
        self._directory = directory
        self._limits = limits
        self._bells: dict[str, _Bell] = {}

    def ring(self, trace: Trace, line: bytes) -> None:
        """Ring a process's doorbell, unless that is being done or was done just now."""
        now = time.monotonic()
        before = self._bells.get(trace.birth)
        # A call that is not answered stays: a frozen process wakes to one ring, not to a hundred.
        if before is not None and (_is_under_way(before) or now < before.retry_at):
            return
        pause = _FIRST_RETRY if before is None else min(2 * before.pause, _LAST_RETRY)
        bell = _Bell(None, now + pause, pause)
        self._bells[trace.birth] = bell
        path = f"{self._directory}/{trace.name}.sock"
        bell.call = Call(self._selector, path, line, lambda answer: self._take_answer(bell, answer))

    def forget(self, birth: str) -> None:
        """Stop to ring a process: it has dialled, or is gone."""
        bell = self._bells.pop(birth, None)
        if bell is not None and bell.call is not None:
            bell.call.hang_up()

    def keep_only(self, births: set[str]) -> None:
        """Forget every other process."""
        for birth in set(self._bells) - births:
            self.forget(birth)

    def _take_answer(self, bell: _Bell, answer: bytes) -> None:
        if answer.startswith(b"ok\n"):
            bell.retry_at = time.monotonic() + self._limits.redial


def _is_under_way(bell: _Bell) -> bool:
    return bell.call is not None and not bell.call.is_over
