"""The options uWSGI was started with: from its command line and the ini files that are named there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_FILES = ("ini", "include", "inherit")
_MOST_FILES = 8

Option = tuple[str, str]


def options_of(words: Sequence[str], read: Callable[[str], str]) -> tuple[Option, ...]:
    """Return name and value of each option in order, those of a file where it is named; a flag is `true`.

    `read` returns the text of a file; empty if there is none.
    """
    left = [_MOST_FILES]
    return tuple(_with_files(_on_command_line(words), read, left))


def _with_files(options: Iterator[Option], read: Callable[[str], str], left: list[int]) -> Iterator[Option]:
    for name, value in options:
        yield name, value
        if name in _FILES and left[0] > 0:
            left[0] -= 1
            path, _, section = value.partition(":")
            yield from _with_files(_in_ini(read(path), section or "uwsgi"), read, left)


def _on_command_line(words: Sequence[str]) -> Iterator[Option]:
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else "-"
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            yield name, value if equals else "true" if following.startswith("-") else following
        elif word.partition(":")[0].endswith(".ini") and not words[number - 1].startswith("-"):
            yield "ini", word


def _in_ini(text: str, wanted: str) -> Iterator[Option]:
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif section == wanted and line and line[0] not in ";#":
            name, equals, value = line.partition("=")
            yield name.strip(), value.strip() if equals else "true"
