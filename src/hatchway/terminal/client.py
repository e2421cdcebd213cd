"""A DAP client of the hub, for programs and front ends: blocking requests, events kept until asked for."""

import contextlib
import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from hatchway.dap import framing
from hatchway.errors import HatchwayError

PATIENCE = 20.0
"""Seconds to wait for an answer or an event, unless told."""
MAX_EVENTS = 100_000
"""Events kept unread; the oldest go first."""


class RequestError(HatchwayError):
    """The hub answered a request with a failure."""


class DapClient:
    """One connection to a hub. Safe to use from several threads."""

    def __init__(
        self,
        port: int,
        host: str = "127.0.0.1",
        listener: Callable[[dict[str, Any] | None], object] | None = None,
    ) -> None:
        """Connect. Raises `HatchwayError` if nobody listens.

        A `listener` is given each event instead of its being kept, on a thread of ours; at the end None.
        """
        self._listener = listener
        try:
            self._socket = socket.create_connection((host, port), PATIENCE)
        except OSError as error:
            msg = f"no hub answers on {host}:{port}: {error.strerror or error}"
            raise HatchwayError(msg, "start one with `hatchway run -- COMMAND`") from None
        self._socket.settimeout(None)
        # DAP is small messages back and forth: waiting to fill a packet would only delay them.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._changed = threading.Condition()
        self._seq = 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._events: deque[dict[str, Any]] = deque(maxlen=MAX_EVENTS)
        self.is_open = True
        self._reader = threading.Thread(target=self._read, name="hatchway-client", daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        """Return the client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def send(self, command: str, arguments: dict[str, Any] | None = None) -> int:
        """Send a request and return its `seq`, to be given to `answer`."""
        with self._changed:
            self._seq += 1
            seq = self._seq
            message = {"seq": seq, "type": "request", "command": command, "arguments": arguments or {}}
            self._socket.sendall(framing.encode(message))
        return seq

    def answer(self, seq: int, timeout: float = PATIENCE) -> dict[str, Any]:
        """Return the body of the response to `seq`.

        Raises `RequestError` if it is a failure, `TimeoutError` if none comes, `ConnectionError` if the
        hub is gone.
        """
        with self._changed:
            self._wait(lambda: seq in self._answers, timeout, f"no answer to request {seq}")
            message = self._answers.pop(seq)
        if not message["success"]:
            raise RequestError(message.get("message") or f"{message['command']} failed")
        body: dict[str, Any] = message.get("body") or {}
        return body

    def request(
        self, command: str, arguments: dict[str, Any] | None = None, timeout: float = PATIENCE
    ) -> dict[str, Any]:
        """Send a request and return the body of its response; raises as `answer` does."""
        return self.answer(self.send(command, arguments), timeout)

    def event(
        self, name: str, wanted: Callable[[dict[str, Any]], bool] = lambda _: True, timeout: float = PATIENCE
    ) -> dict[str, Any]:
        """Return, and forget, the body of the oldest unread event of this name that is wanted."""

        def find() -> dict[str, Any] | None:
            for message in self._events:
                if message["event"] == name and wanted(message.get("body") or {}):
                    return message
            return None

        with self._changed:
            self._wait(lambda: find() is not None, timeout, f"no `{name}` event")
            found = find()
            assert found is not None  # noqa: S101 - for the type checker: the line above waited for it
            self._events.remove(found)
        body: dict[str, Any] = found.get("body") or {}
        return body

    def close(self) -> None:
        """Close the connection, without a word."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._reader.join()
        self._socket.close()

    def _wait(self, is_there: Callable[[], bool], timeout: float, complaint: str) -> None:
        if not self._changed.wait_for(lambda: is_there() or not self.is_open, timeout):
            msg = f"{complaint} within {timeout:.0f} s"
            raise TimeoutError(msg)
        if not is_there():
            msg = f"{complaint}: the hub closed the connection"
            raise ConnectionError(msg)

    def _read(self) -> None:
        framer = framing.Framer()
        try:
            while data := self._socket.recv(65536):
                framer.receive_data(data)
                while not isinstance(message := framer.next_message(), framing.NeedData):
                    self._sort_in(dict(message))
        except (OSError, json.JSONDecodeError):
            pass
        with self._changed:
            self.is_open = False
            self._changed.notify_all()
        if self._listener is not None:
            self._listener(None)

    def _sort_in(self, message: dict[str, Any]) -> None:
        if message.get("type") != "response" and self._listener is not None:
            self._listener(message)
            return
        with self._changed:
            if message.get("type") == "response":
                self._answers[message["request_seq"]] = message
            else:
                self._events.append(message)
            self._changed.notify_all()
