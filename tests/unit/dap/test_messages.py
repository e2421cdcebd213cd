"""What is built is well-formed; what is not well-formed is recognized."""

from typing import Any

import pytest

from hatchway.dap import messages
from hatchway.dap.errors import RemoteProtocolError
from hatchway.dap.messages import Kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (messages.request(1, "threads"), Kind.REQUEST),
        (messages.request(1, "continue", {"threadId": 1}), Kind.REQUEST),
        (messages.response(2, 1, "threads", {}), Kind.RESPONSE),
        (messages.failure(2, 1, "threads", "why"), Kind.RESPONSE),
        (messages.event(3, "stopped", {}), Kind.EVENT),
    ],
)
def test_what_is_built_is_well_formed(message: dict[str, Any], kind: Kind) -> None:
    assert messages.check(message) is kind


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"type": "notification"},
        {"type": ["request"], "seq": 1, "command": "x"},
        {"type": "request", "seq": "1", "command": "x"},
        {"type": "request", "seq": True, "command": "x"},
        {"type": "request", "seq": 1},
        {"type": "request", "seq": 1, "command": "x", "arguments": [1]},
        {"type": "response", "request_seq": 1, "command": "x"},
        {"type": "response", "request_seq": None, "command": "x", "success": True},
        {"type": "event"},
    ],
)
def test_what_is_not_well_formed_leaves_the_stream_usable(message: dict[str, Any]) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        messages.check(message)
    assert caught.value.usable


def test_a_failure_says_why() -> None:
    failure = messages.failure(2, 1, "launch", "attach instead")
    assert (failure["success"], failure["message"], failure["request_seq"]) == (False, "attach instead", 1)
