"""Rings doorbells, all at once and without waiting: who sleeps soundly holds up nobody."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway_agent.relay.interest import Interest

if TYPE_CHECKING:
    from hatchway_agent.relay.limits import Limits
    from hatchway_agent.survey.traces import Trace

_LONGEST_ANSWER = 4096
_FIRST_RETRY = 1.0
_LAST_RETRY = 30.0


@dataclass
class _Bell:
    """One process's doorbell: what we sent, what it answered, when it may be rung again."""

    connection: socket.socket | None
    interest: Interest | None
    retry_at: float
    pause: float
    unsent: bytes
    answer: bytearray


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
        # A connection that is not answered stays: a frozen process wakes to one ring, not to a hundred.
        if before is not None and (before.connection is not None or now < before.retry_at):
            return
        pause = _FIRST_RETRY if before is None else min(2 * before.pause, _LAST_RETRY)
        bell = _Bell(None, None, now + pause, pause, line, bytearray())
        self._bells[trace.birth] = bell
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)  # noqa: FBT003 - the socket module's own way
        try:
            connection.connect(f"{self._directory}/{trace.name}.sock")
        except OSError:  # gone, or its queue is full; the survey knows better soon
            connection.close()
            return
        bell.connection = connection
        bell.interest = Interest(self._selector, connection, lambda events: self._serve(bell, events))
        bell.interest.want(read=True, write=True)

    def forget(self, birth: str) -> None:
        """Stop to ring a process: it has dialled, or is gone."""
        if bell := self._bells.pop(birth, None):
            _hang_up(bell)

    def keep_only(self, births: set[str]) -> None:
        """Forget every other process."""
        for birth in set(self._bells) - births:
            self.forget(birth)

    def _serve(self, bell: _Bell, events: int) -> None:
        if bell.connection is None or bell.interest is None:
            return
        try:
            if bell.unsent and events & selectors.EVENT_WRITE:
                bell.unsent = bell.unsent[bell.connection.send(bell.unsent) :]
                bell.interest.want(read=True, write=bool(bell.unsent))
            if events & selectors.EVENT_READ:
                said = bell.connection.recv(_LONGEST_ANSWER)
                bell.answer += said
                if not said or b"\n" in said or len(bell.answer) > _LONGEST_ANSWER:
                    self._take_answer(bell)
        except BlockingIOError:
            pass
        except OSError:
            _hang_up(bell)

    def _take_answer(self, bell: _Bell) -> None:
        if bell.answer.startswith(b"ok\n"):
            bell.retry_at = time.monotonic() + self._limits.redial
        _hang_up(bell)


def _hang_up(bell: _Bell) -> None:
    if bell.connection is not None and bell.interest is not None:
        bell.interest.drop()
        bell.connection.close()
        bell.connection = None
