"""The relay's socket, and the processes that have connected to it without having said who they are."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway_agent.relay.dial import peer_uid
from hatchway_agent.relay.interest import Interest

if TYPE_CHECKING:
    import selectors
    import socket
    from collections.abc import Callable

    from hatchway_agent.relay.limits import Limits

_ACCEPTED_AT_ONCE = 16
"""In one round of the loop: however many knock, those inside are served too."""


@dataclass
class _Caller:
    connection: socket.socket
    interest: Interest
    deadline: float
    said: bytearray


class Doorstep:
    """Accepts connections and hands over each that has sent a line."""

    def __init__(
        self,
        selector: selectors.BaseSelector,
        listener: socket.socket,
        limits: Limits,
        on_line: Callable[[socket.socket, bytes, bytes], None],
    ) -> None:
        """Listen at once. `on_line` gets the connection, the line, and what came behind it."""
        self._selector = selector
        self._listener = listener
        self._limits = limits
        self._on_line = on_line
        self._callers: list[_Caller] = []
        self._interest = Interest(selector, listener, self._accept)
        self._is_open = False
        self.open()

    def open(self) -> None:
        """Let callers come and speak."""
        self._let_speak(is_open=True)

    def shut(self) -> None:
        """Let callers wait outside and in silence; their time does not run."""
        self._let_speak(is_open=False)

    def tick(self, now: float) -> None:
        """Send away who has said nothing for too long."""
        if not self._is_open:
            return
        self._interest.want(read=True)  # it may have been given a rest for want of files
        for caller in [caller for caller in self._callers if caller.deadline < now]:
            self._send_away(caller)

    def close(self) -> None:
        """Send everybody away and stop listening."""
        self._interest.drop()
        self._listener.close()
        for caller in list(self._callers):
            self._send_away(caller)

    def _let_speak(self, *, is_open: bool) -> None:
        if is_open == self._is_open:
            return
        self._is_open = is_open
        self._interest.want(read=is_open)
        for caller in self._callers:
            caller.deadline = time.monotonic() + self._limits.dial
            caller.interest.want(read=is_open)

    def _accept(self, _events: int) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                connection, _address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:
                self._interest.want()  # no files left, say; the next tick tries again
                return
            if not _is_of_ours(connection):
                connection.close()
                continue
            if len(self._callers) >= self._limits.pending:
                self._send_away(self._callers[0])
            self._welcome(connection)

    def _welcome(self, connection: socket.socket) -> None:
        connection.setblocking(False)  # noqa: FBT003 - the socket module's own way
        interest = Interest(self._selector, connection, lambda _events: self._listen_to(caller))
        caller = _Caller(connection, interest, time.monotonic() + self._limits.dial, bytearray())
        self._callers.append(caller)
        interest.want(read=True)
        self._listen_to(caller)  # an honest process has spoken by now, and takes up no place

    def _listen_to(self, caller: _Caller) -> None:
        try:
            said = caller.connection.recv(self._limits.dial_line)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        caller.said += said
        line, newline, rest = bytes(caller.said).partition(b"\n")
        if newline and len(line) <= self._limits.dial_line:
            caller.interest.drop()
            self._callers.remove(caller)
            self._on_line(caller.connection, line, rest)
        elif not said or len(caller.said) > self._limits.dial_line:
            self._send_away(caller)

    def _send_away(self, caller: _Caller) -> None:
        caller.interest.drop()
        caller.connection.close()
        self._callers.remove(caller)


def _is_of_ours(connection: socket.socket) -> bool:
    """Tell whether the peer is root or our own user; to root, everybody is."""
    return os.getuid() == 0 or peer_uid(connection) in (0, os.getuid(), None)
