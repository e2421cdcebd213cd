"""Edits of single lines, made only where the line reads as expected."""

from collections.abc import Mapping, Sequence

from hatchway.doctor.rule import Edit
from hatchway.formats.tree import Node

Texts = Mapping[str, Sequence[str]]


def replaced(texts: Texts, node: Node, old: str, new: str) -> Edit | None:
    """Return the edit that puts `new` for `old` at a node's place; None if that is not what stands there."""
    lines = texts.get(node.path, ())
    if not 0 < node.line <= len(lines) or not old:
        return None
    line = lines[node.line - 1]
    at = line.find(old, node.column - 1)
    if at < 0 or at - node.column + 1 > len("'"):
        return None
    changed = f"{line[:at]}{new}{line[at + len(old) :]}"
    return Edit(node.path, node.line, node.line, (changed,), (line,))


def removed(texts: Texts, path: str, line: int) -> Edit | None:
    """Return the edit that takes one line out; None if it is not there."""
    lines = texts.get(path, ())
    return Edit(path, line, line, (), (lines[line - 1],)) if 0 < line <= len(lines) else None
