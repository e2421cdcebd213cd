"""JSON with comments: every value with its place, for messages that name a line and for careful edits.

What VS Code reads is taken: `//` and `/* */`, trailing commas, a byte order mark. Anything else is an error
with its line and column. A text is read whole or not at all, and never deeper than `MAX_DEPTH`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from hatchway.errors import HatchwayError

MAX_DEPTH = 100
"""Lists and objects within one another, at most."""

_SPACE = re.compile(r"(?:[ \t\r\n]++|//[^\r\n]*+|/\*.*?\*/)*+", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_SCALAR = re.compile(r"(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?|true|false|null)(?![\w.])")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, counted from 1 as editors do."""

    line: int
    column: int


class JsoncError(HatchwayError):
    """A text is no JSON with comments; `place` is where reading it ended."""

    def __init__(self, complaint: str, place: Place) -> None:
        """Say what was wrong, and where."""
        super().__init__(f"line {place.line}, column {place.column}: {complaint}")
        self.place = place


@dataclass(frozen=True, slots=True)
class Member:
    """One `"key": value` of an object, or one value of a list (then `key` is None)."""

    key: str | None
    start: int
    """Where the key begins, or the value of a list."""
    node: "Node"


@dataclass(frozen=True, slots=True)
class Node:
    """One value and the offsets at which its text begins and ends."""

    value: Any
    start: int
    end: int
    members: tuple[Member, ...] = ()
    """Of an object or a list, in order. A key that is there twice is there twice; the last one counts."""
    comma: int | None = None
    """Where the trailing comma stands, if there is one."""

    def get(self, *path: str | int) -> "Node | None":
        """Return the value at a path of keys and indexes; None if there is none."""
        member = self.member(*path)
        return member.node if member else None

    def member(self, *path: str | int) -> Member | None:
        """Return the member at a path of keys and indexes; its `start` is where the key stands."""
        found: Member | None = Member(None, self.start, self)
        for step in path:
            found = found.node._step(step) if found else None  # noqa: SLF001 - a node like this one
        return found

    def _step(self, step: str | int) -> Member | None:
        if isinstance(step, int):
            fits = isinstance(self.value, list) and -len(self.members) <= step < len(self.members)
            return self.members[step] if fits else None
        return next((member for member in reversed(self.members) if member.key == step), None)


def place_of(text: str, offset: int) -> Place:
    """Return the line and column of an offset. A byte order mark takes no column."""
    starts = [0, *(found.end() for found in _LINE_END.finditer(text, 0, offset))]
    mark = 1 if len(starts) == 1 and text.startswith("\ufeff") else 0
    return Place(len(starts), offset - starts[-1] + 1 - mark)


def read(text: str) -> Node:
    """Return the one value that a text holds. Raises `JsoncError` if it holds none, or anything else."""
    reader = _Reader(text)
    node = reader.value(0)
    reader.skip()
    if reader.at < len(text):
        reader.fail("nothing may follow the value")
    return node


class _Reader:
    """A text and how far it was read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.at = 1 if text.startswith("\ufeff") else 0

    def skip(self) -> None:
        """Go past blanks and comments."""
        found = _SPACE.match(self._text, self.at)
        assert found is not None  # noqa: S101 - it matches nothing, too
        self.at = found.end()
        if self._text.startswith("/*", self.at):
            self.fail("the comment has no end")

    def fail(self, complaint: str) -> NoReturn:
        """Raise the error that names the place reached."""
        raise JsoncError(complaint, place_of(self._text, self.at)) from None

    def value(self, depth: int) -> Node:
        """Read one value."""
        self.skip()
        start = self.at
        opened = self._text[start : start + 1]
        if opened in ("{", "["):
            return self._container(opened, depth)
        pattern = _STRING if opened == '"' else _SCALAR
        try:
            return Node(json.loads(self._token(pattern, "a value was expected")), start, self.at)
        except ValueError:  # more digits than Python converts
            self.fail("the number is too long")

    def _token(self, pattern: re.Pattern[str], complaint: str) -> str:
        found = pattern.match(self._text, self.at)
        if found is None:
            self.fail(complaint)
        self.at = found.end()
        return found[0]

    def _container(self, opened: str, depth: int) -> Node:
        if depth == MAX_DEPTH:
            self.fail(f"more than {MAX_DEPTH} levels within one another")
        start = self.at
        comma: int | None = None
        members: list[Member] = []
        closes = "}" if opened == "{" else "]"
        self.at += 1
        while not self._is_at(closes):
            if members and comma is None:
                self.fail(f"`,` or `{closes}` was expected")
            members.append(self._member(opened, depth + 1))
            comma = self.at if self._is_at(",") else None
            self.at += comma is not None
        self.at += 1
        value = (
            {member.key: member.node.value for member in members}
            if opened == "{"
            else [member.node.value for member in members]
        )
        return Node(value, start, self.at, tuple(members), comma)

    def _is_at(self, mark: str) -> bool:
        self.skip()
        return self._text.startswith(mark, self.at)

    def _member(self, opened: str, depth: int) -> Member:
        start = self.at
        key: str | None = None
        if opened == "{":
            key = json.loads(self._token(_STRING, "a key in double quotes was expected"))
            if not self._is_at(":"):
                self.fail("`:` was expected")
            self.at += 1
        return Member(key, start, self.value(depth))


def containers(node: Node) -> Iterator[Node]:
    """Yield every object and list, outer ones first."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one.value, dict | list):
            yield one
        waiting += (member.node for member in reversed(one.members))
