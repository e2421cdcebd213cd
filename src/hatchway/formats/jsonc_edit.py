"""Edits of JSON with comments: one entry is added or replaced, every byte outside of it stays as it was."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hatchway.errors import HatchwayError
from hatchway.formats.jsonc import Node, containers, read

_BLANK = re.compile(r"[ \t]*")
_REST_OF_LINE = re.compile(r"(?:[ \t]|/\*[^\r\n]*?\*/)*(?://[^\r\n]*)?")
_NEWLINE = re.compile(r"\r\n|\n|\r")
_DEFAULT_INDENT = "    "


def with_item(text: str, path: Sequence[str], key: str, entry: Mapping[str, Any]) -> str:
    """Return `text` with `entry` in the list at `path`, in place of the item with the same `key` if any.

    The list and the objects on the way to it are made where they are missing. Raises `JsoncError` if the
    text cannot be read, `HatchwayError` if something else stands at the path.
    """
    root = read(text)
    for depth, step in enumerate(path):
        here = _required(root, path[:depth], dict)
        if here.get(step) is None:
            made: Any = [entry]
            for missing in reversed(path[depth + 1 :]):
                made = {missing: made}
            return _added(text, root, here, step, made)
    there = _required(root, path, list)
    for member in there.members:
        if isinstance(member.node.value, dict) and member.node.value.get(key) == entry[key]:
            if member.node.value == entry:
                return text
            return _replaced(text, root, member.node, entry)
    return _added(text, root, there, None, entry)


def with_member(text: str, path: Sequence[str], key: str, value: Any) -> str:
    """Return `text` with `key` set to `value` in the object at `path`, which must be there.

    Raises as `with_item` does.
    """
    root = read(text)
    here = _required(root, path, dict)
    there = here.get(key)
    if there is None:
        return _added(text, root, here, key, value)
    return text if there.value == value else _replaced(text, root, there, value)


def _required(root: Node, path: Sequence[str], kind: type) -> Node:
    node = root.get(*path)
    if node is None or not isinstance(node.value, kind):
        name = "an object" if kind is dict else "a list"
        where = f"`{'.'.join(path)}`" if path else "the file"
        msg = f"{where} is not {name}"
        raise HatchwayError(msg)
    return node


def _replaced(text: str, root: Node, node: Node, value: Any) -> str:
    is_compact = not _NEWLINE.search(text, root.start, root.end)
    margin = _margin(text, node.start)
    return text[: node.start] + _dump(text, root, value, margin, is_compact=is_compact) + text[node.end :]


def _added(text: str, root: Node, into: Node, key: str | None, value: Any) -> str:
    """Return the text with one more member at the end of an object or a list."""
    margin, newline = _margin(text, into.start), _newline(text)
    first = into.members[0].start if into.members else into.end
    # A list on one line gets its item on that line, unless it is empty.
    is_compact = not _NEWLINE.search(text, *((into.start, first) if into.members else (root.start, root.end)))
    inner = margin + _unit(text, root)
    if into.members and not is_compact:
        inner = _margin(text, first)
    name = "" if key is None else f"{json.dumps(key, ensure_ascii=False)}: "
    added = name + _dump(text, root, value, inner, is_compact=is_compact)
    lead = "" if is_compact else newline + inner
    if not into.members:
        at = into.start + 1
        # What stands in an empty list may be a comment on lines of its own.
        tail = "" if is_compact or _NEWLINE.search(text, at, into.end) else newline + margin
        return text[:at] + lead + added + tail + text[at:]
    last = into.members[-1].node.end
    lead = lead or " "
    if into.comma is not None:
        at = into.comma + 1 if is_compact else _line_end(text, into.comma + 1, into.end)
        return text[:at] + lead + added + "," + text[at:]
    at = last if is_compact else _line_end(text, last, into.end)
    return text[:last] + "," + text[last:at] + lead + added + text[at:]


def _line_end(text: str, at: int, end: int) -> int:
    """Return where the comments end that stand behind `at` on its line; `at` if more than that follows."""
    found = _REST_OF_LINE.match(text, at)
    assert found is not None  # noqa: S101 - it matches nothing, too
    is_last = found.end() < end and text[found.end()] in "\r\n"
    return found.end() if is_last else at


def _dump(text: str, root: Node, value: Any, margin: str, *, is_compact: bool) -> str:
    if is_compact:
        return json.dumps(value, ensure_ascii=False)
    lines = json.dumps(value, ensure_ascii=False, indent=_unit(text, root)).split("\n")
    return (_newline(text) + margin).join(lines)


def _newline(text: str) -> str:
    found = _NEWLINE.search(text)
    return found[0] if found else "\n"


def _margin(text: str, offset: int) -> str:
    """Return the blanks that the line of `offset` begins with."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    start += text.startswith("\ufeff", start)
    found = _BLANK.match(text, start)
    return found[0] if found else ""


def _unit(text: str, root: Node) -> str:
    """Return what the text indents by."""
    for node in containers(root):
        if node.members and _NEWLINE.search(text, node.start, node.members[0].start):
            outer, inner = _margin(text, node.start), _margin(text, node.members[0].start)
            if inner != outer and inner.startswith(outer):
                return inner.removeprefix(outer)
    return _DEFAULT_INDENT
