"""Sans-IO frame codec of the tunnel between a relay and the hub: bytes in, frames out, no world.

A frame is a header of nine bytes - kind (1), channel (4, big-endian), payload length (4) - and the payload.
Channel 0 belongs to the tunnel itself; the others each carry one worker's DAP bytes, unread.

| kind | direction | channel | payload |
|---|---|---|---|
| HELLO | both, first of all | 0 | JSON: `wire`, `version`, `token`, and of the relay `pid`, `python` |
| SURVEY | relay to hub, whenever it changes | 0 | JSON list of processes (see `survey.py`) |
| MISSING | relay to hub, whenever it changes | 0 | JSON list of processes without a beacon |
| BUSY | hub to relay: who is busy? | 0 | empty |
| BUSY | relay to hub, as each attached process answers | 0 | JSON: `birth`: requests or tasks in flight |
| SUMMON | hub to relay | 0 | JSON: `wait` (hold newborn processes without limit) |
| DISMISS | hub to relay | 0 | empty |
| OPEN | relay to hub | n | JSON: the dial line of the worker, plus its claim |
| DATA | both | n | bytes of the worker's DAP stream |
| CLOSE | both | n | UTF-8 reason, a clause fit for a person; may be empty |
| PING | both, every second | 0 | empty |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

MAX_PAYLOAD = 1 << 20
"""Bytes in one frame at most; a longer DATA is sent as several frames."""

_HEADER = struct.Struct(">BII")


class Kind(IntEnum):
    """The kinds of frame; the table above says what each carries."""

    HELLO = 1
    SURVEY = 2
    SUMMON = 3
    DISMISS = 4
    OPEN = 5
    DATA = 6
    CLOSE = 7
    PING = 8
    MISSING = 9
    BUSY = 10


class WireError(ValueError):
    """The peer does not speak this protocol; the connection is of no more use."""


@dataclass(frozen=True)
class Frame:
    """One unit of the tunnel."""

    kind: Kind
    channel: int = 0
    payload: bytes = b""


class NeedData:
    """The type of `NEED_DATA`."""

    def __repr__(self) -> str:
        """Print as the constant's name."""
        return "NEED_DATA"


NEED_DATA = NeedData()
"""What `next_frame` answers while the next frame is not whole."""


class Wire:
    """Turns received bytes into frames. Holds at most one frame and what arrived behind it."""

    def __init__(self) -> None:
        """Start with nothing received."""
        self._buffer = bytearray()
        self._greeted = False

    def receive_data(self, data: bytes) -> None:
        """Take bytes as they came from the peer."""
        self._buffer += data

    def next_frame(self) -> Frame | NeedData:
        """Return the next whole frame, or `NEED_DATA`.

        Raises `WireError` if the bytes cannot be frames: unknown kind, payload too long, no HELLO first.
        """
        if self._buffer and not self._greeted and self._buffer[0] != Kind.HELLO:
            msg = f"the peer did not greet, it sent {bytes(self._buffer[:40])!r}"
            raise WireError(msg)
        if len(self._buffer) < _HEADER.size:
            return NEED_DATA
        code, channel, length = _HEADER.unpack_from(self._buffer)
        if code not in Kind._value2member_map_:
            msg = f"unknown kind of frame {code}"
            raise WireError(msg)
        if length > MAX_PAYLOAD:
            msg = f"a frame of {length} bytes is over the limit of {MAX_PAYLOAD}"
            raise WireError(msg)
        end = _HEADER.size + length
        if len(self._buffer) < end:
            return NEED_DATA
        self._greeted = True
        payload = bytes(self._buffer[_HEADER.size : end])
        del self._buffer[:end]
        return Frame(Kind(code), channel, payload)


def encode(frame: Frame) -> bytes:
    """Return the frame as bytes; a DATA payload over the limit becomes several frames.

    Raises `WireError` for any other kind whose payload is too long.
    """
    if len(frame.payload) <= MAX_PAYLOAD:
        return _HEADER.pack(frame.kind, frame.channel, len(frame.payload)) + frame.payload
    if frame.kind is not Kind.DATA:
        msg = f"{frame.kind.name} cannot be split, and {len(frame.payload)} bytes are over the limit"
        raise WireError(msg)
    pieces = range(0, len(frame.payload), MAX_PAYLOAD)
    return b"".join(
        encode(Frame(Kind.DATA, frame.channel, frame.payload[at : at + MAX_PAYLOAD])) for at in pieces
    )
