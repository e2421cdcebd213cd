"""DAP's base protocol: bytes in, messages out, and back; a header with a length, then JSON.

A whole message with a bad body can be skipped, since its length said where it ends: the error is `usable` and
`next_message` goes on behind it. A broken header leaves no way to tell where the next message starts: the
error is not `usable`, comes again at every call, and what arrives later is thrown away.
"""

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, NoReturn, TypeAlias

from hatchway.dap.errors import LocalProtocolError, RemoteProtocolError

MAX_HEADER: Final = 8 * 1024
MAX_MESSAGE: Final = 64 * 1024 * 1024
"""Large enough for a variable somebody prints whole, small enough not to starve the hub."""

_END: Final = b"\r\n\r\n"
_LENGTH: Final = "content-length"
_NESTING_HINT: Final = "Messages nested this deep are not DAP."


class NeedData(Enum):
    """The one value that says: no whole message yet."""

    NEED_DATA = "need data"


NEED_DATA: Final = NeedData.NEED_DATA
Message: TypeAlias = dict[str, Any]


def encode(message: Mapping[str, Any]) -> bytes:
    """Make the bytes of a message."""
    try:
        body = json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        text = f"This message is not JSON: {error}"
        raise LocalProtocolError(text) from error
    if len(body) > MAX_MESSAGE:
        text = f"This message has {len(body)} bytes; at most {MAX_MESSAGE} go in one"
        raise LocalProtocolError(text)
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


class Framer:
    """Finds the messages in a stream of bytes, however it is cut."""

    def __init__(self, max_message: int = MAX_MESSAGE) -> None:
        """Refuse bodies longer than `max_message` bytes."""
        self._max_message = max_message
        self._buffer = bytearray()
        self._length: int | None = None
        """The length of the body that comes next, once its header was read."""
        self._broken: RemoteProtocolError | None = None

    @property
    def is_midway(self) -> bool:
        """Tell whether a message has begun and not ended: the peer owes the rest."""
        return bool(self._buffer) or self._length is not None

    def receive_data(self, data: bytes) -> None:
        """Take bytes as they come."""
        if self._broken is None:
            self._buffer += data

    def next_message(self) -> Message | NeedData:
        """Give the next whole message, or NEED_DATA; raise RemoteProtocolError for a bad one."""
        if self._broken is not None:
            raise self._broken
        if self._length is None:
            header = self._next_header()
            if header is None:
                return NEED_DATA
            self._length = self._parse_length(header)
        if len(self._buffer) < self._length:
            return NEED_DATA
        body = bytes(self._buffer[: self._length])
        del self._buffer[: self._length]
        self._length = None
        return _parse_body(body)

    def _next_header(self) -> bytes | None:
        end = self._buffer.find(_END, 0, MAX_HEADER + len(_END))
        if end < 0:
            if len(self._buffer) >= MAX_HEADER + len(_END):
                self._break(f"A header longer than {MAX_HEADER} bytes")
            return None
        header = bytes(self._buffer[:end])
        del self._buffer[: end + len(_END)]
        return header

    def _parse_length(self, header: bytes) -> int:
        lengths = set()
        for line in header.split(b"\r\n"):
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon:
                self._break(f"A header line without a colon: {line[:80]!r}")
            if name.strip().lower() == _LENGTH:
                lengths.add(value.strip())
        if len(lengths) != 1:
            self._break(f"A header with {len(lengths)} different Content-Length fields, not one")
        (digits,) = lengths
        # isdecimal alone would let other scripts' digits through, int() signs and underscores.
        if not (digits.isascii() and digits.isdecimal()):
            self._break(f"Content-Length is no number of bytes: {digits[:80]!r}")
        if len(digits) > len(str(self._max_message)) or int(digits) > self._max_message:
            self._break(f"Content-Length is {digits[:40]}; at most {self._max_message} bytes are read")
        return int(digits)

    def _break(self, why: str) -> NoReturn:
        self._buffer.clear()
        self._broken = RemoteProtocolError(
            f"{why}: the stream cannot be read on", usable=False, hint="Is the peer a DAP client at all?"
        )
        raise self._broken


def _parse_body(body: bytes) -> Message:
    try:
        message = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except RecursionError as error:
        text = "A message nested too deep"
        raise RemoteProtocolError(text, usable=True, hint=_NESTING_HINT) from error
    except ValueError as error:  # also UnicodeDecodeError, JSONDecodeError and numbers beyond reason
        text = f"A message that is not JSON: {error}"
        raise RemoteProtocolError(text, usable=True) from error
    if not isinstance(message, dict):
        text = f"A message that is no JSON object but {type(message).__name__}"
        raise RemoteProtocolError(text, usable=True)
    return message


def _refuse_constant(name: str) -> NoReturn:
    text = f"{name} is not in JSON"
    raise ValueError(text)
