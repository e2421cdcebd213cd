"""Messages come out of the stream as they went in, however it is cut; what is broken says how badly."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway.dap.errors import LocalProtocolError, RemoteProtocolError
from hatchway.dap.framing import MAX_HEADER, NEED_DATA, Framer, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
MESSAGES = st.dictionaries(st.text(max_size=5), JSON, max_size=4)


def read_all(framer: Framer) -> list[Any]:
    messages = []
    while (message := framer.next_message()) is not NEED_DATA:
        messages.append(message)
    return messages


def framer_with(data: bytes, max_message: int = 1000) -> Framer:
    framer = Framer(max_message)
    framer.receive_data(data)
    return framer


@given(st.lists(MESSAGES, max_size=5), st.data())
def test_messages_survive_any_chunking(messages: list[dict[str, Any]], data: st.DataObject) -> None:
    stream = b"".join(encode(message) for message in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    framer = Framer()
    read = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        framer.receive_data(stream[start:end])
        read += read_all(framer)
    assert read == messages


@given(st.binary(max_size=200))
def test_garbage_is_a_protocol_error_or_needs_more_and_nothing_else(garbage: bytes) -> None:
    framer = framer_with(garbage)
    for _ in range(len(garbage) + 1):
        try:
            message = framer.next_message()
        except RemoteProtocolError as error:
            if not error.usable:
                break
        else:
            if message is NEED_DATA:
                break
    else:
        pytest.fail("it neither broke nor came to an end")


@given(st.binary(max_size=200))
def test_a_whole_message_with_any_bad_body_can_be_skipped(body: bytes) -> None:
    framer = framer_with(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) + encode({"next": 1}))
    with contextlib.suppress(RemoteProtocolError):
        framer.next_message()
    assert framer.next_message() == {"next": 1}


def test_half_a_message_needs_more_data() -> None:
    framer = Framer()
    framer.receive_data(encode({"a": 1})[:-1])
    assert framer.next_message() is NEED_DATA
    framer.receive_data(b"}")
    assert framer.next_message() == {"a": 1}


def test_other_header_fields_and_any_case_are_accepted() -> None:
    framer = framer_with(b"content-type: x; charset=utf-8\r\nCONTENT-LENGTH:2 \r\n\r\n{}")
    assert framer.next_message() == {}


def test_text_beyond_ascii_is_read() -> None:
    body = '{"a":"ü€😀"}'.encode()
    framer = framer_with(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert framer.next_message() == {"a": "ü€😀"}


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Length: -1",
        b"Content-Length: +1",
        b"Content-Length: 1_0",
        b"Content-Length: 0x10",
        b"Content-Length: \xb2",
        b"Content-Length:",
        b"Content-Length: 1001",
        b"Content-Length: " + b"9" * 5000,
        b"Content-Length: 1\r\nContent-Length: 2",
        b"Content-Type: json",
        b"GET / HTTP/1.1",
    ],
)
def test_a_broken_header_breaks_the_stream_for_good(header: bytes) -> None:
    framer = framer_with(header + b"\r\n\r\n{}")
    with pytest.raises(RemoteProtocolError) as caught:
        framer.next_message()
    assert not caught.value.usable
    framer.receive_data(encode({"a": 1}))
    with pytest.raises(RemoteProtocolError):
        framer.next_message()


def test_a_header_without_end_is_given_up_before_it_eats_the_memory() -> None:
    framer = framer_with(b"X" * MAX_HEADER)
    assert framer.next_message() is NEED_DATA
    framer.receive_data(b"X" * 4)
    with pytest.raises(RemoteProtocolError) as caught:
        framer.next_message()
    assert not caught.value.usable


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b"{",
        b'{"a": NaN}',
        b"\xff",
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_no_json_object_is_an_error_of_the_peer(body: bytes) -> None:
    framer = framer_with(b"Content-Length: %d\r\n\r\n%b" % (len(body), body), max_message=200_000)
    with pytest.raises(RemoteProtocolError) as caught:
        framer.next_message()
    assert caught.value.usable


@pytest.mark.parametrize("value", [float("nan"), object(), {1}])
def test_what_is_no_json_is_our_own_error(value: object) -> None:
    with pytest.raises(LocalProtocolError):
        encode({"a": value})
