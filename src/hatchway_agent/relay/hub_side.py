"""The relay's end of the tunnel: frames on two file descriptors, and whether the hub still lives."""

from __future__ import annotations

import json
import os
import platform
import selectors
import time
from typing import TYPE_CHECKING, Any

from hatchway_agent import VERSION, WIRE_VERSION
from hatchway_agent.relay.interest import Interest
from hatchway_agent.wire import Frame, Kind, Wire, WireError, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from hatchway_agent.relay.limits import Limits

_CHUNK = 1 << 16


class HubSide:
    """Reads and writes frames without blocking, and counts the hub's silence."""

    def __init__(  # noqa: PLR0913, PLR0917 - two ends, two callbacks
        self,
        selector: selectors.BaseSelector,
        incoming: int,
        outgoing: int,
        limits: Limits,
        on_frame: Callable[[Frame], None],
        on_end: Callable[[str], None],
    ) -> None:
        """Greet, and read at once."""
        self._limits = limits
        self._incoming = incoming
        self._outgoing = outgoing
        self._on_frame = on_frame
        self._on_end = on_end
        self._wire = Wire()
        self._waiting = bytearray()
        self._heard_at = self._pinged_at = time.monotonic()
        os.set_blocking(incoming, False)
        os.set_blocking(outgoing, False)
        self._in = Interest(selector, incoming, self._read)
        self._out = Interest(selector, outgoing, self._write)
        self._in.want(read=True)
        greeting = {"wire": WIRE_VERSION, "version": VERSION, "pid": os.getpid()}
        self.tell(Kind.HELLO, {**greeting, "python": platform.python_version()})

    @property
    def is_backed_up(self) -> bool:
        """Tell whether more waits for the hub than is good."""
        return len(self._waiting) > self._limits.to_hub

    def send(self, frame: Frame) -> None:
        """Pass a frame on to the hub, as soon as it reads."""
        self._waiting += encode(frame)
        self._write()

    def tell(self, kind: Kind, content: Any) -> None:
        """Send something as JSON on the tunnel's own channel."""
        self.send(Frame(kind, 0, json.dumps(content).encode()))

    def tick(self, now: float) -> None:
        """Ping; end if the hub has been silent for too long."""
        if now - self._heard_at > self._limits.silence:
            self._on_end(f"the hub has been silent for {self._limits.silence:g} seconds")
        elif now - self._pinged_at >= self._limits.ping and not self.is_backed_up:
            self._pinged_at = now
            self.send(Frame(Kind.PING))

    def close(self, *, patience: float) -> None:
        """Write out what waits, if the hub takes it at once or nearly so."""
        self._in.drop()
        self._out.drop()
        with selectors.PollSelector() as selector:
            out = Interest(selector, self._outgoing, self._write)
            deadline = time.monotonic() + patience
            while self._waiting and time.monotonic() < deadline:
                out.want(write=True)
                if selector.select(patience) and not self._flush():
                    break
            out.drop()
        for end in (self._incoming, self._outgoing):
            os.set_blocking(end, True)  # others may have the same file open

    def _read(self, _events: int) -> None:
        try:
            data = os.read(self._incoming, _CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            self._on_end(f"the hub cannot be read: {error.strerror}")
            return
        if not data:
            self._on_end("the hub has hung up")
            return
        self._wire.receive_data(data)
        try:
            while isinstance(frame := self._wire.next_frame(), Frame):
                self._heard_at = time.monotonic()
                self._on_frame(frame)
        except WireError as error:
            self._on_end(f"the hub does not speak our protocol: {error}")

    def _write(self, _events: int = 0) -> None:
        if not self._flush():
            self._on_end("the hub has hung up")
        self._out.want(write=bool(self._waiting))

    def _flush(self) -> bool:
        """Write what the pipe takes; tell whether it still stands."""
        try:
            while self._waiting:
                with memoryview(self._waiting) as view:
                    written = os.write(self._outgoing, view[:_CHUNK])
                del self._waiting[:written]
        except BlockingIOError:
            return True
        except OSError:
            self._waiting.clear()
            return False
        return True
