"""JSON with comments: what is read, where each thing stands, and what is refused with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway.formats.jsonc import MAX_DEPTH, JsoncError, Place, place_of, read

LAUNCH = """\
// How we run it
{
  "version": "0.2.0", /* always */
  "configurations": [
    { "name": "web", "port": 5678, }, // the first
  ],
}
"""


def test_it_reads_what_vs_code_reads() -> None:
    assert read(LAUNCH).value == {"version": "0.2.0", "configurations": [{"name": "web", "port": 5678}]}


def test_it_says_where_a_key_and_its_value_stand() -> None:
    port = read(LAUNCH).member("configurations", 0, "port")
    assert port is not None
    assert place_of(LAUNCH, port.start) == Place(5, 22)
    assert place_of(LAUNCH, port.node.start) == Place(5, 30)
    assert LAUNCH[port.node.start : port.node.end] == "5678"


@pytest.mark.parametrize("path", [("missing",), ("configurations", 1), ("version", "deeper"), ("version", 0)])
def test_what_is_not_there_is_none(path: tuple[str | int, ...]) -> None:
    assert read(LAUNCH).get(*path) is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_with_any_newline_and_a_mark_takes_no_column(newline: str) -> None:
    text = "\ufeff" + newline.join(['{ "a":', ' "b" }'])
    node = read(text)
    assert place_of(text, node.start) == Place(1, 1)
    assert place_of(text, node.members[0].node.start) == Place(2, 2)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "line 1, column 1: a value was expected"),
        ("{", "line 1, column 2: a key in double quotes was expected"),
        ("{\n'a': 1}", "line 2, column 1: a key in double quotes was expected"),
        ('{"a" 1}', "line 1, column 6: `:` was expected"),
        ('{"a": 1 "b": 2}', "line 1, column 9: `,` or `}` was expected"),
        ("[1,,2]", "line 1, column 4: a value was expected"),
        ("[1] 2", "line 1, column 5: nothing may follow the value"),
        ("[1 /* and on", "line 1, column 4: the comment has no end"),
        ('["\n"]', "line 1, column 2: a value was expected"),
        ("[NaN]", "line 1, column 2: a value was expected"),
        ("[01]", "line 1, column 2: a value was expected"),
    ],
)
def test_anything_else_is_refused_with_its_place(text: str, complaint: str) -> None:
    with pytest.raises(JsoncError) as caught:
        read(text)
    assert caught.value.message == complaint


@pytest.mark.parametrize(
    "text", ["[" * 300_000, '{"a":' * 300_000, "9" * 300_000, "/*" * 300_000, '["' + "\\" * 300_000]
)
def test_a_hostile_text_is_refused_at_once(text: str) -> None:
    with pytest.raises(JsoncError):  # a slow way of reading would run into the test's time-out
        read(text)


def test_it_reads_as_deep_as_it_says() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH).end == 2 * MAX_DEPTH


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda some: st.lists(some) | st.dictionaries(st.text(), some),
        max_leaves=10,
    ),
    st.sampled_from([None, 2, "\t"]),
    st.sampled_from([True, False]),
)
def test_all_json_is_read_as_json(value: object, indent: int | str | None, is_ascii: object) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=bool(is_ascii))
    assert read(text).value == value
