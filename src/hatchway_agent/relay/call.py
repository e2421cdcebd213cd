"""One call at a doorbell: a line said, a line heard, and nobody waits for either."""

from __future__ import annotations

import selectors
import socket
from typing import TYPE_CHECKING

from hatchway_agent.relay.interest import Interest

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_ANSWER = 4096


class Call:
    """Is under way until it is answered or refused: a frozen process takes its time."""

    def __init__(
        self, selector: selectors.BaseSelector, path: str, line: bytes, on_answer: Callable[[bytes], None]
    ) -> None:
        """Connect. `on_answer` is given what was answered, if anything was."""
        self._unsent = line
        self._answer = bytearray()
        self._on_answer = on_answer
        self._connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._connection.setblocking(False)  # noqa: FBT003 - the socket module's own way
        self._interest = Interest(selector, self._connection, self._serve)
        self.is_over = False
        try:
            self._connection.connect(path)
        except OSError:  # gone, or its queue is full; the survey knows better soon
            self.hang_up()
            return
        self._interest.want(read=True, write=True)

    def hang_up(self) -> None:
        """End it, answered or not."""
        if not self.is_over:
            self.is_over = True
            self._interest.drop()
            self._connection.close()

    def _serve(self, events: int) -> None:
        try:
            if self._unsent and events & selectors.EVENT_WRITE:
                self._unsent = self._unsent[self._connection.send(self._unsent) :]
                self._interest.want(read=True, write=bool(self._unsent))
            if events & selectors.EVENT_READ:
                said = self._connection.recv(_LONGEST_ANSWER)
                self._answer += said
                if not said or b"\n" in said or len(self._answer) > _LONGEST_ANSWER:
                    self._on_answer(bytes(self._answer))
                    self.hang_up()
        except BlockingIOError:
            pass
        except OSError:
            self.hang_up()
