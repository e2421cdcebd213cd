"""Edits of JSON with comments: the entry is there, and not a byte outside of it has changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hatchway.errors import HatchwayError
from hatchway.formats.jsonc import read
from hatchway.formats.jsonc_edit import with_item, with_member

PATH = ("configurations",)
ENTRY = {"name": "hatchway: attach", "port": 5678}
Draw = Callable[[st.SearchStrategy[Any]], Any]

BLANKS = st.text(" \t\n", max_size=3)
COMMENTS = st.sampled_from(["", "", '// , ] } " note\n', "/* [ { , */", "/* two\n lines */", "//\n"])
LEAVES = st.none() | st.integers() | st.sampled_from(["", '"', "\\", "//", "/* */", "é\u2028", "{"])
VALUES = st.recursive(
    LEAVES,
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text("ab", max_size=2), some, max_size=3),
)
ITEMS = st.fixed_dictionaries(
    {"name": st.sampled_from(["web", "worker", "hatchway: attach"])}, optional={"x": VALUES}
)


def written(draw: Draw, value: object) -> str:
    """Return a value as a person may have written it."""

    def gap() -> str:
        return str(draw(BLANKS) + draw(COMMENTS) + draw(BLANKS))

    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else ((None, one) for one in value)
        parts = [
            gap()
            + ("" if key is None else json.dumps(key) + gap() + ":" + gap())
            + written(draw, one)
            + gap()
            for key, one in pairs
        ]
        comma = "," + gap() if parts and draw(st.booleans()) else ""
        inner = ",".join(parts) + comma if parts else gap()
        return f"{{{inner}}}" if isinstance(value, dict) else f"[{inner}]"
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


@st.composite
def files(draw: Draw) -> str:
    value = draw(st.dictionaries(st.sampled_from(["version", "x"]), VALUES))
    if draw(st.booleans()):
        value["configurations"] = draw(st.lists(ITEMS, max_size=3, unique_by=lambda item: item["name"]))
    text = written(draw, value)
    mark = "\ufeff" if draw(st.booleans()) else ""
    lead, tail = draw(COMMENTS), draw(st.sampled_from(["", "\n", "// end"]))
    return mark + (lead + text + tail).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def common(one: str, other: str) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def is_spliced(before: str, after: str) -> bool:
    """Tell whether `after` is `before` with one piece put in, and perhaps a comma in front of it."""
    start = common(before, after)
    without = after[:start] + after[start + 1 :] if after[start : start + 1] == "," else after
    return any(
        common(before, one) + common(before[::-1], one[::-1]) >= len(before) <= len(one)
        for one in (after, without)
    )


@given(files())
def test_the_entry_is_there_and_all_else_is_as_it_was(before: str) -> None:
    after = with_item(before, PATH, "name", ENTRY)
    old, new = read(before), read(after)
    items = old.value.get("configurations", [])
    at = next((n for n, item in enumerate(items) if item["name"] == ENTRY["name"]), len(items))
    assert new.value == {**old.value, "configurations": [*items[:at], ENTRY, *items[at + 1 :]]}
    if at == len(items):
        assert is_spliced(before, after)
    else:
        node = old.get("configurations", at)
        assert node is not None
        assert after.startswith(before[: node.start])
        assert after.endswith(before[node.end :])
    if "\r" in before:
        assert "\n" not in after.replace("\r\n", "")


@given(files())
def test_a_second_time_changes_nothing(before: str) -> None:
    once = with_item(before, PATH, "name", ENTRY)
    assert with_item(once, PATH, "name", ENTRY) == once


@given(files(), st.sampled_from(["version", "new"]), VALUES)
def test_a_member_is_set_and_all_else_is_as_it_was(before: str, key: str, value: object) -> None:
    after = with_member(before, (), key, value)
    assert read(after).value == {**read(before).value, key: value}
    if key not in read(before).value:
        assert is_spliced(before, after)


SHORT = {"name": "x"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{\n "configurations": [\n  {} // ours\n  // old\n ]\n}\n',
            '{\n "configurations": [\n  {}, // ours\n  {\n   "name": "x"\n  }\n  // old\n ]\n}\n',
        ),
        (
            '{\n\t"version": "0.2.0",\n}',
            '{\n\t"version": "0.2.0",\n\t"configurations": [\n\t\t{\n\t\t\t"name": "x"\n\t\t}\n\t],\n}',
        ),
        (
            '{"configurations":[{"name":"web"}]}',
            '{"configurations":[{"name":"web"}, {"name": "x"}]}',
        ),
        (
            "{\n}\n",
            '{\n    "configurations": [\n        {\n            "name": "x"\n        }\n    ]\n}\n',
        ),
        (
            '{\r\n "configurations": []\r\n}',
            '{\r\n "configurations": [\r\n  {\r\n   "name": "x"\r\n  }\r\n ]\r\n}',
        ),
    ],
)
def test_it_writes_as_the_file_is_written(before: str, after: str) -> None:
    assert with_item(before, PATH, "name", SHORT) == after


@pytest.mark.parametrize(
    ("before", "complaint"),
    [
        ("[]", "the file is not an object"),
        ('{"configurations": {}}', "`configurations` is not a list"),
        ("// nothing yet\n", "line 2, column 1: a value was expected"),
    ],
)
def test_what_does_not_fit_is_refused(before: str, complaint: str) -> None:
    with pytest.raises(HatchwayError) as caught:
        with_item(before, PATH, "name", ENTRY)
    assert caught.value.message == complaint
