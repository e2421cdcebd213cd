"""The three kinds of message: how each is built, and what makes one well-formed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeAlias

from hatchway.dap.errors import RemoteProtocolError

Message: TypeAlias = Mapping[str, Any]
MAX_ID: Final = 2**31 - 1
"""All numbers that name something are int32 in DAP 1.71."""


class Kind(StrEnum):
    """The value of a message's `type`."""

    REQUEST = "request"
    RESPONSE = "response"
    EVENT = "event"


_FIELDS: Final[Mapping[Kind, Mapping[str, type]]] = {
    Kind.REQUEST: {"seq": int, "command": str},
    Kind.RESPONSE: {"request_seq": int, "success": bool, "command": str},
    Kind.EVENT: {"event": str},
}
"""What each kind must have. `seq` of responses and events is not asked for: nobody refers to it."""
_OPTIONAL: Final[Mapping[Kind, str]] = {Kind.REQUEST: "arguments", Kind.RESPONSE: "body", Kind.EVENT: "body"}


def request(seq: int, command: str, arguments: Message | None = None) -> dict[str, Any]:
    """Build a request."""
    message: dict[str, Any] = {"seq": seq, "type": "request", "command": command}
    if arguments is not None:
        message["arguments"] = arguments
    return message


def response(seq: int, request_seq: int, command: str, body: Message | None = None) -> dict[str, Any]:
    """Build the answer of a request that went well."""
    message = _answer(seq, request_seq, command, success=True)
    if body is not None:
        message["body"] = body
    return message


def failure(seq: int, request_seq: int, command: str, why: str) -> dict[str, Any]:
    """Build the answer of a request that did not; every editor shows `message` to the user."""
    return {**_answer(seq, request_seq, command, success=False), "message": why}


def event(seq: int, name: str, body: Message | None = None) -> dict[str, Any]:
    """Build an event."""
    message: dict[str, Any] = {"seq": seq, "type": "event", "event": name}
    if body is not None:
        message["body"] = body
    return message


def is_id(value: object) -> bool:
    """Tell whether a value can name something: a number, and no truth value, which Python counts as one."""
    return isinstance(value, int) and not isinstance(value, bool)


def check(message: Message) -> Kind:
    """Tell what kind of message this is; RemoteProtocolError if it is none."""
    try:
        kind = Kind(message.get("type"))  # type: ignore[arg-type]
    except ValueError:
        text = f"A message of no known type: {message.get('type')!r:.80}"
        raise RemoteProtocolError(text, usable=True) from None
    for name, wanted in _FIELDS[kind].items():
        value = message.get(name)
        if not (is_id(value) if wanted is int else isinstance(value, wanted)):
            text = f"A {kind} whose {name} is no {wanted.__name__}: {value!r:.80}"
            raise RemoteProtocolError(text, usable=True)
    if not isinstance(message.get(_OPTIONAL[kind]), Mapping | None):
        # pydevd answers some failures with a body that is no object; only what goes in must be right.
        if kind is not Kind.REQUEST:
            return kind
        text = "A request whose arguments are no object"
        raise RemoteProtocolError(text, usable=True)
    return kind


def _answer(seq: int, request_seq: int, command: str, *, success: bool) -> dict[str, Any]:
    return {
        "seq": seq,
        "type": "response",
        "request_seq": request_seq,
        "success": success,
        "command": command,
    }
