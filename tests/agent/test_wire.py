"""The frame codec: whatever the chunks, whatever the bytes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway_agent.wire import MAX_PAYLOAD, NEED_DATA, Frame, Kind, Wire, WireError, encode

HELLO = Frame(Kind.HELLO, 0, b"{}")
frames = st.builds(
    Frame, st.sampled_from(Kind), st.integers(min_value=0, max_value=2**32 - 1), st.binary(max_size=300)
)


def received(*chunks: bytes) -> list[Frame]:
    wire = Wire()
    found = []
    for chunk in chunks:
        wire.receive_data(chunk)
        while isinstance(frame := wire.next_frame(), Frame):
            found.append(frame)
    return found


@given(st.lists(frames, max_size=8), st.lists(st.integers(min_value=1, max_value=40), min_size=1))
def test_frames_survive_any_chunking(sent: list[Frame], sizes: list[int]) -> None:
    whole = b"".join(map(encode, [HELLO, *sent]))
    chunks, at = [], 0
    while at < len(whole):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(whole[at : at + size])
        at += size
    assert received(*chunks) == [HELLO, *sent]


@given(st.lists(st.binary(max_size=60), max_size=8), st.booleans())
def test_garbage_raises_a_wire_error_and_nothing_else(chunks: list[bytes], is_greeted: bool) -> None:  # noqa: FBT001
    sent = [encode(HELLO), *chunks] if is_greeted else chunks
    try:
        found = received(*sent)
    except WireError:
        return
    assert b"".join(map(encode, found)) == b"".join(sent)[: sum(len(encode(frame)) for frame in found)]


def test_a_frame_that_is_not_whole_needs_data() -> None:
    wire = Wire()
    wire.receive_data(encode(HELLO)[:-1])
    assert wire.next_frame() is NEED_DATA
    assert repr(wire.next_frame()) == "NEED_DATA"


def test_who_does_not_greet_first_is_refused_at_the_first_byte() -> None:
    with pytest.raises(WireError, match=r"did not greet.*Traceback"):
        received(b"Traceback (most recent call last)")


def test_a_claim_of_a_gigabyte_is_refused_before_it_arrives() -> None:
    with pytest.raises(WireError, match="over the limit"):
        received(encode(HELLO), struct.pack(">BII", Kind.DATA, 1, 1 << 30))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(WireError, match="unknown kind of frame 99"):
        received(encode(HELLO), struct.pack(">BII", 99, 0, 0))


def test_long_data_arrives_as_several_frames_in_order() -> None:
    payload = bytes(range(256)) * (MAX_PAYLOAD // 256) * 2 + b"the end"
    found = received(encode(HELLO), encode(Frame(Kind.DATA, 7, payload)))[1:]
    assert [len(frame.payload) for frame in found] == [MAX_PAYLOAD, MAX_PAYLOAD, 7]
    assert b"".join(frame.payload for frame in found) == payload
    assert {(frame.kind, frame.channel) for frame in found} == {(Kind.DATA, 7)}


def test_a_payload_at_the_limit_is_one_frame() -> None:
    frame = Frame(Kind.SURVEY, 0, b"x" * MAX_PAYLOAD)
    assert received(encode(HELLO), encode(frame)) == [HELLO, frame]


def test_only_data_can_be_split() -> None:
    with pytest.raises(WireError, match="SURVEY cannot be split"):
        encode(Frame(Kind.SURVEY, 0, b"x" * (MAX_PAYLOAD + 1)))
