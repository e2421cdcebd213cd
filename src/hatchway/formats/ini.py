"""Ini files as uWSGI, supervisord and pytest write them: every entry in its order, with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SWITCH = re.compile(r"[a-z][a-z0-9-]*")
"""What uWSGI takes without a value: `master` alone turns it on."""
_SECTION = re.compile(r"\[([^\]]+)\]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One `name = value`; lines that go on below it are part of the value."""

    section: str
    name: str
    value: str
    line: int


def parse(text: str) -> list[Entry]:
    """Return all entries. What is neither an entry, a section nor a comment is passed by."""
    return list(_entries(text.removeprefix("\ufeff").splitlines()))


def _entries(lines: list[str]) -> Iterator[Entry]:
    section, open_entry = "", None
    for number, line in enumerate(lines, start=1):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if line[0].isspace() and open_entry is not None:
            value = f"{open_entry.value}\n{stripped}".strip()
            open_entry = Entry(open_entry.section, open_entry.name, value, open_entry.line)
            continue
        if open_entry is not None:
            yield open_entry
            open_entry = None
        if found := _SECTION.match(stripped):
            section = found[1]
            continue
        name, equals, value = stripped.partition("=")
        if equals or (section == "uwsgi" and _SWITCH.fullmatch(stripped)):
            value = re.split(r"\s[;#]", value, maxsplit=1)[0]
            open_entry = Entry(section, name.strip(), value.strip(), number)
    if open_entry is not None:
        yield open_entry
