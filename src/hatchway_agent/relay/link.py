"""One worker's connection: its DAP bytes in both directions, unread."""

from __future__ import annotations

import selectors
import socket
import time
from typing import TYPE_CHECKING

from hatchway_agent.relay.interest import Interest

if TYPE_CHECKING:
    from collections.abc import Callable

    from hatchway_agent.survey.traces import Trace

_CHUNK = 1 << 16


class Link:
    """Carries bytes between a worker's socket and its channel of the tunnel."""

    def __init__(  # noqa: PLR0913, PLR0917 - it joins two sides
        self,
        selector: selectors.BaseSelector,
        connection: socket.socket,
        channel: int,
        trace: Trace,
        on_data: Callable[[Link, bytes], None],
        on_end: Callable[[Link, str], None],
    ) -> None:
        """Start to read at once."""
        self.channel = channel
        self.trace = trace
        self.deadline: float | None = None
        """When to hang up, whatever is left to say; None while the channel is open."""
        self._connection = connection
        self._on_data = on_data
        self._on_end = on_end
        self._waiting = bytearray()
        self._is_held_back = False
        self._interest = Interest(selector, connection, self._serve)
        self._update()

    @property
    def backlog(self) -> int:
        """How many bytes wait for the worker to read them."""
        return len(self._waiting)

    def send(self, data: bytes) -> None:
        """Pass bytes on to the worker, as soon as it reads."""
        if self.deadline is None:
            self._waiting += data
            self._write()

    def hold_back(self, *, is_held_back: bool) -> None:
        """Stop or start to read from the worker."""
        self._is_held_back = is_held_back
        self._update()

    def say_farewell(self, seconds: float) -> None:
        """Pass on what waits, then hang up; what the worker says meanwhile is not heard any more."""
        if self.deadline is None:
            self.deadline = time.monotonic() + seconds
            self._write()

    def close(self) -> None:
        """Hang up now."""
        self._interest.drop()
        try:
            # Without it a close is not seen by a thread that is blocked in a read of a duplicate.
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._connection.close()

    def _serve(self, events: int) -> None:
        if events & selectors.EVENT_WRITE and not self._write():
            return
        if events & selectors.EVENT_READ:
            self._read()

    def _read(self) -> None:
        try:
            data = self._connection.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._on_end(self, "it has hung up")
        elif self.deadline is None:
            self._on_data(self, data)

    def _write(self) -> bool:
        """Write what the socket takes; tell whether the connection still stands."""
        try:
            while self._waiting:
                with memoryview(self._waiting) as view:
                    sent = self._connection.send(view[:_CHUNK])
                del self._waiting[:sent]
            if self.deadline is not None:
                self._connection.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            pass
        except OSError:
            self._on_end(self, "it has hung up")
            return False
        self._update()
        return True

    def _update(self) -> None:
        is_leaving = self.deadline is not None
        self._interest.want(read=is_leaving or not self._is_held_back, write=bool(self._waiting))
