"""A value of a YAML or JSON file with its place: mappings, sequences and scalars as one kind of node."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """What a node is."""

    MISSING = "missing"
    SCALAR = "scalar"
    SEQUENCE = "sequence"
    MAPPING = "mapping"


class Complaint(Exception):  # noqa: N818 - it is what a parser says of a file, not a fault of ours
    """Why a file cannot be read, and where."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        """Name the first place that is wrong; lines and columns begin at 1."""
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Node:
    """One value. What is not there is a node, too: a false one, which has nothing in it."""

    kind: Kind = Kind.MISSING
    path: str = ""
    """The file it stands in."""
    line: int = 0
    column: int = 0
    """Both from 1."""
    text: str = ""
    """Of a scalar, without quotes."""
    is_quoted: bool = False
    items: tuple["Node", ...] = ()
    entries: tuple[tuple["Node", "Node"], ...] = ()
    """Of a mapping, in its order: key and value."""

    def __bool__(self) -> bool:
        """Tell whether it is there."""
        return self.kind is not Kind.MISSING

    def __getitem__(self, key: str) -> "Node":
        """Return the value of a key, the last one if it is said twice."""
        return next((value for name, value in reversed(self.entries) if name.text == key), MISSING)

    def at(self, *keys: str) -> "Node":
        """Return the value at the end of a path of keys."""
        node = self
        for key in keys:
            node = node[key]
        return node

    def key(self, name: str) -> "Node":
        """Return the key itself, for its place."""
        return next((key for key, _ in reversed(self.entries) if key.text == name), MISSING)

    def children(self) -> Iterator["Node"]:
        """Yield what is in a sequence; a scalar is a sequence of one, as Compose often takes it."""
        yield from (self,) if self.kind is Kind.SCALAR and not self.is_null else self.items

    @property
    def is_null(self) -> bool:
        """Tell whether it is a scalar that says nothing."""
        return self.kind is Kind.SCALAR and not self.is_quoted and self.text.lower() in ("", "~", "null")

    @property
    def is_true(self) -> bool:
        """Tell whether it is a scalar that says yes, quoted or not."""
        return self.kind is Kind.SCALAR and self.text.lower() in ("true", "yes", "on", "1")

    @property
    def is_false(self) -> bool:
        """Tell whether it is a scalar that says no, quoted or not."""
        return self.kind is Kind.SCALAR and self.text.lower() in ("false", "no", "off", "0")

    def pairs(self) -> dict[str, str]:
        """Return what Compose takes as a mapping of strings: a mapping, or a sequence of `KEY=VALUE`."""
        told = {key.text: "" if value.is_null else value.text for key, value in self.entries}
        for item in self.items:
            name, _, value = item.text.partition("=")
            told[name] = value
        return told


MISSING = Node()


def overlay(below: Node, above: Node, *, adds: Sequence[str] = (), depth: int = 20) -> Node:
    """Return `below` with what `above` says instead; the sequences under the keys in `adds` are joined."""
    if below.kind is not Kind.MAPPING or above.kind is not Kind.MAPPING or not depth:
        return above if above and not above.is_null else below
    said = {key.text: (key, value) for key, value in below.entries}
    for key, value in above.entries:
        under = said.get(key.text, (key, MISSING))[1]
        if key.text in adds and under.kind is value.kind is Kind.SEQUENCE:
            joined = replace(value, items=(*under.items, *value.items))
        else:
            joined = overlay(under, value, adds=adds, depth=depth - 1)
        said[key.text] = (key, joined)
    return replace(above, entries=tuple(said.values()))
