"""Ids are translated by the type they sit in, paths with them, and nothing else is touched."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway.dap.idfields import ARGUMENTS, EVENTS, FIELDS, RESPONSES
from hatchway.model import WorkerKey
from hatchway.session.handles import (
    LOOSE_LIMIT,
    Handles,
    Kind,
    Native,
    StaleHandleError,
    UnknownHandleError,
)
from hatchway.session.translate import Inward, Outward, RefusalError, rewrite

ONE, OTHER = WorkerKey("c", 1, "a"), WorkerKey("c", 2, "b")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted({
        name for fields in FIELDS.values() for name in fields
    })), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def outward(handles: Handles, owner: int = 0) -> Outward:
    return Outward(handles, ONE, lambda path: f"local{path}", lambda native: native + 500, owner)


def test_the_same_id_of_two_workers_becomes_two_handles_and_back() -> None:
    handles = Handles()
    first = handles.issue(Native(ONE, Kind.THREAD, 2))
    second = handles.issue(Native(OTHER, Kind.THREAD, 2))
    assert first != second
    assert handles.resolve(second, Kind.THREAD) == Native(OTHER, Kind.THREAD, 2)
    assert handles.issue(Native(ONE, Kind.THREAD, 2)) == first


def test_a_handle_of_one_kind_is_unknown_as_another() -> None:
    handles = Handles()
    handle = handles.issue(Native(ONE, Kind.FRAME, 2))
    with pytest.raises(UnknownHandleError):
        handles.resolve(handle, Kind.THREAD)


def test_a_forgotten_handle_is_stale_and_its_number_never_comes_again() -> None:
    handles = Handles()
    thread = handles.issue(Native(ONE, Kind.THREAD, 1))
    frame = handles.issue(Native(ONE, Kind.FRAME, 7), thread)
    handles.forget_owned(thread)
    with pytest.raises(StaleHandleError):
        handles.resolve(frame, Kind.FRAME)
    assert handles.issue(Native(ONE, Kind.FRAME, 7), thread) > frame
    assert handles.resolve(thread, Kind.THREAD).id == 1


def test_handles_of_no_thread_are_bounded_and_the_oldest_go_first() -> None:
    handles = Handles()
    issued = [handles.issue(Native(ONE, Kind.VARIABLES, number)) for number in range(1, LOOSE_LIMIT + 3)]
    assert len(handles) == LOOSE_LIMIT
    with pytest.raises(StaleHandleError):
        handles.resolve(issued[0], Kind.VARIABLES)
    assert handles.resolve(issued[-1], Kind.VARIABLES).id == LOOSE_LIMIT + 2


def test_frames_their_sources_and_modules_are_translated_each_by_its_kind() -> None:
    handles = Handles()
    frames = [{"id": 1, "source": {"path": "/a.py", "sourceReference": 1}, "moduleId": 1, "line": 1}]
    body = outward(handles).body("stackTrace", {"stackFrames": frames, "totalFrames": 1})
    (frame,) = body["stackFrames"]
    assert frame["source"]["path"] == "local/a.py"
    assert frame["line"] == body["totalFrames"] == 1
    kinds = (Kind.FRAME, Kind.SOURCE, Kind.MODULE)
    numbers = (frame["id"], frame["source"]["sourceReference"], frame["moduleId"])
    assert [handles.resolve(n, kind).id for n, kind in zip(numbers, kinds, strict=True)] == [1, 1, 1]
    assert frames[0]["id"] == 1, "what was given is not changed"


def test_zero_means_none_and_stays() -> None:
    body = outward(Handles()).body("evaluate", {"result": "1", "variablesReference": 0})
    assert body == {"result": "1", "variablesReference": 0}


def test_lists_of_ids_are_translated_item_by_item() -> None:
    event = outward(Handles()).event("stopped", {"reason": "breakpoint", "hitBreakpointIds": [1, 2]})
    assert event["hitBreakpointIds"] == [501, 502]


def test_strings_stay_strings_on_the_wire() -> None:
    handles = Handles()
    event = outward(handles).event("progressStart", {"progressId": "p", "title": "t", "requestId": 4})
    assert event["progressId"] == "1"
    assert event["requestId"] == 4
    inner = Inward(handles, ONE, str).arguments("cancel", {"progressId": "1"})
    assert inner == {"progressId": "p"}


def test_ids_of_two_workers_in_one_request_are_refused() -> None:
    handles = Handles()
    thread = handles.issue(Native(ONE, Kind.THREAD, 1))
    target = handles.issue(Native(OTHER, Kind.GOTO, 1))
    with pytest.raises(RefusalError, match="another worker"):
        Inward(handles, ONE, str).arguments("goto", {"threadId": thread, "targetId": target})


@given(st.sampled_from(sorted({*ARGUMENTS.values(), *RESPONSES.values(), *EVENTS.values()})), JSON)
def test_translating_never_fails_on_an_unexpected_shape(type_name: str, value: Any) -> None:
    if isinstance(value, dict):
        changed = rewrite(type_name, value, lambda _kind, _field, old: old, lambda path: path)
        assert without_nothing(changed) == without_nothing(value), "None among ids says that one is gone"


def without_nothing(value: Any) -> Any:
    """Return the value without the items of lists that are None."""
    if isinstance(value, dict):
        return {name: without_nothing(part) for name, part in value.items()}
    return [without_nothing(part) for part in value if part is not None] if isinstance(value, list) else value


@given(st.sampled_from(sorted(RESPONSES)), JSON)
def test_a_worker_may_answer_any_shape(command: str, value: Any) -> None:
    handles = Handles()
    if isinstance(value, dict):
        result = outward(handles).body(command, value)
        assert set(result) <= set(value)
