"""What a project installs, with the lines that say so: requirements files, pyproject.toml and their like."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hatchway.doctor.facts import Requirement
from hatchway.formats.requirements import asked, lines, normal

_FILE = re.compile(
    r"(.*/)?(requirements?([-_./][\w./-]*)?\.(txt|in|pip)|constraints\.txt|pyproject\.toml|Pipfile)"
)
_QUOTED = re.compile(
    r"""["']([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:(==|~=|>=|<=|<|>|!=)\s*([\d.]+)[^"']*)?["']"""
)
_TABLE = re.compile(
    r"""^([A-Za-z0-9][\w.-]*)\s*=\s*["'{](?:version\s*=\s*["'])?\s*(==|\^|~|>=)?\s*([\d.]+|\*)"""
)


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a file."""

    path: str
    line: int
    text: str


def is_one(path: str) -> bool:
    """Tell whether a file of this name says what is installed."""
    return _FILE.fullmatch(path) is not None


def parse(path: str, text: str) -> list[Requirement]:
    """Return what the text asks for."""
    is_toml = path.endswith((".toml", "Pipfile"))
    return list(_of_toml(path, text) if is_toml else _of_lines(path, text))


def _of_lines(path: str, text: str) -> Iterator[Requirement]:
    raw = text.splitlines()
    for number, line in lines(text):
        if found := asked(line):
            yield _made((found.name, found.operator, found.version), Place(path, number, raw[number - 1]))


def _of_toml(path: str, text: str) -> Iterator[Requirement]:
    """Yield what stands in lists of dependencies; without the places tomllib does not tell."""
    table, is_list = "", False
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if found := re.match(r"\[+([^\]]+)\]+", stripped):
            table, is_list = found[1], False
            continue
        if "dependencies" in table or table in ("packages", "dev-packages", "dependency-groups"):
            is_list = is_list or "[" in stripped
        elif re.match(r"(dependencies|requires)\s*=", stripped):
            is_list = True
        if is_list:
            for one in _QUOTED.finditer(stripped):
                yield _made(one.groups(), Place(path, number, line))
            if stripped.endswith("]") or stripped == "]":
                is_list = False
        elif ("dependencies" in table or "packages" in table) and (found := _TABLE.match(stripped)):
            yield _made(found.groups(), Place(path, number, line))


def _made(told: Sequence[str | None], place: Place) -> Requirement:
    name, operator, version = (word or "" for word in told)
    is_pinned = operator in ("==", "===", "~=", "^", "~") and bool(version)
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal()) if is_pinned else ()
    return Requirement(place.path, place.line, normal(name), numbers, place.text.strip())
