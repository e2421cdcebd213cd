"""Edits of findings put together: the new text of each file, and the difference to the old one."""

import difflib
from collections.abc import Iterable, Mapping, Sequence

from hatchway.doctor.rule import Edit


def fixed(lines: Sequence[str], edits: Iterable[Edit]) -> list[str]:
    """Return the lines of a file with the edits made; of two that overlap, only the first.

    An edit is left out where the file no longer reads as it did.
    """
    made = list(lines)
    reach = len(lines) + 1
    unique = {(edit.first, edit.last): edit for edit in edits}
    for edit in sorted(unique.values(), key=lambda one: -one.first):
        is_same = tuple(lines[edit.first - 1 : edit.last]) == edit.before
        if edit.last < reach and is_same:
            made[edit.first - 1 : edit.last] = edit.lines
            reach = edit.first
    return made


def difference(path: str, before: Sequence[str], after: Sequence[str]) -> str:
    """Return the unified diff of one file."""
    return "".join(
        f"{line}\n" for line in difflib.unified_diff(before, after, f"a/{path}", f"b/{path}", lineterm="")
    )


def by_file(edits: Iterable[Edit]) -> Mapping[str, list[Edit]]:
    """Return the edits of each file."""
    found: dict[str, list[Edit]] = {}
    for edit in edits:
        found.setdefault(edit.path, []).append(edit)
    return found
