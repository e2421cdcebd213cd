"""JSON with comments as a tree with places, from the parser that keeps offsets."""

import bisect

from hatchway.formats import jsonc
from hatchway.formats.tree import Complaint, Kind, Node


def read_json(text: str, path: str) -> Node:
    """Return the tree; raises `Complaint` where the text cannot be read."""
    try:
        root = jsonc.read(text)
    except jsonc.JsoncError as error:
        raise Complaint(error.message.partition(": ")[2], error.place.line, error.place.column) from None
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return _Tree(path, starts).node(root)


class _Tree:
    """Turns offsets into lines and columns."""

    def __init__(self, path: str, starts: list[int]) -> None:
        self._path = path
        self._starts = starts

    def _place(self, offset: int) -> tuple[str, int, int]:
        line = bisect.bisect_right(self._starts, offset)
        return self._path, line, offset - self._starts[line - 1] + 1

    def node(self, raw: jsonc.Node) -> Node:
        place = self._place(raw.start)
        if isinstance(raw.value, dict):
            entries = tuple(
                (
                    Node(Kind.SCALAR, *self._place(one.start), text=one.key or "", is_quoted=True),
                    self.node(one.node),
                )
                for one in raw.members
            )
            return Node(Kind.MAPPING, *place, entries=entries)
        if isinstance(raw.value, list):
            return Node(Kind.SEQUENCE, *place, items=tuple(self.node(one.node) for one in raw.members))
        is_text = isinstance(raw.value, str)
        text = (
            raw.value if is_text else {True: "true", False: "false", None: ""}.get(raw.value, str(raw.value))
        )
        return Node(Kind.SCALAR, *place, text=text, is_quoted=is_text)
