"""The version of Python that a part is to run with, by all that says something about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hatchway.formats import dockerfile, ini
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import GUESSED, LIKELY, SURE, Choice, Match, Note, Python, Tie
from hatchway.scaffold.packaging import at, table, texts
from hatchway.scaffold.parsing import parse
from hatchway.scaffold.project import folder_of, is_within, join
from hatchway.scaffold.source import keyword
from hatchway.scaffold.starts.dockerfile import dockerfiles

OLDEST, USUAL, NEWEST = (3, 9), (3, 13), (3, 14)
"""The versions that have a slim image, and the one that most distributions have wheels for."""
_VERSION = re.compile(r"3\.(\d+)")
_REMOVED = {
    "imp": 11,
    "distutils": 11,
    "asyncore": 11,
    "asynchat": 11,
    "smtpd": 11,
    "cgi": 12,
    "cgitb": 12,
    "crypt": 12,
    "nntplib": 12,
    "pipes": 12,
    "telnetlib": 12,
    "uu": 12,
    "xdrlib": 12,
}
"""Modules of the standard library, and the last Python 3 that has them."""
_TOO_NEW = 15

Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Said:
    """One file's word on the version."""

    version: Version
    match: Match


@dataclass(frozen=True, slots=True)
class Chosen:
    """The version, and what is left to say and to ask about it."""

    python: Python
    notes: tuple[Note, ...]
    ties: tuple[Tie, ...]


def choose_python(code: Code, folder: str, name: str) -> Chosen:
    """Return the version for a part: what a file pins, else the usual one within what the project allows."""
    requires, required_by = _required(code, folder)
    notes: list[Note] = []
    ties: list[Tie] = []
    said = sorted(_pinned(code, folder), key=lambda one: -one.match.score)
    best = [one for one in said if one.match.score == said[0].match.score]
    if len({one.version for one in best}) > 1:
        choices = tuple(Choice(_text(one.version), one.match) for one in best)
        ties.append(Tie(f"python of {name}", choices))
    if best:
        version, match = best[0].version, best[0].match
        if not OLDEST <= version <= NEWEST:
            kept = min(max(version, OLDEST), NEWEST)
            notes.append(Note(f"Python {_text(version)} has no supported image: {_text(kept)} is taken"))
            version = kept
        return Chosen(Python(_text(version), requires, match), tuple(notes), tuple(ties))
    version, match = _allowed(requires, required_by)
    version, match, more = _fit_code(code, folder, version, match)
    return Chosen(Python(_text(version), requires, match), more, ())


def _text(version: Version) -> str:
    return f"{version[0]}.{version[1]}"


def _pinned(code: Code, folder: str) -> Iterator[_Said]:
    """Yield what names one version outright."""
    project = code.project
    for place in dict.fromkeys((folder, ".")):
        for name, score in (
            (".python-version", SURE + 5),
            ("runtime.txt", SURE + 5),
            (".tool-versions", SURE),
        ):
            file = join(place, name)
            text = project.text(file)
            if name == ".tool-versions":
                text = next((line for line in text.splitlines() if line.startswith("python ")), "")
            if found := _VERSION.search(text):
                yield _Said((3, int(found[1])), Match(score, f"{file} says 3.{found[1]}"))
    pipfile = at(table(project, folder, "Pipfile"), "requires")
    wanted = str(at(pipfile, "python_version") or at(pipfile, "python_full_version") or "")
    if found := _VERSION.match(wanted):
        yield _Said((3, int(found[1])), Match(SURE, f"{join(folder, 'Pipfile')} requires 3.{found[1]}"))
    for file in dockerfiles(project):
        if folder_of(file) != folder:
            continue
        for stage in dockerfile.parse(project.text(file)).stages:
            if found := re.match(r"(?:.*/)?python:3\.(\d+)", stage.image):
                yield _Said((3, int(found[1])), Match(SURE - 2, f"{file} is built from {stage.image}"))
                break


def _required(code: Code, folder: str) -> tuple[str, str]:
    """Return what the project asks for, and which file does."""
    project = code.project
    said = table(project, folder)
    file = join(folder, "pyproject.toml")
    if isinstance(text := at(said, "project", "requires-python"), str):
        return text, file
    if isinstance(text := at(said, "tool", "poetry", "dependencies", "python"), str):
        return text, file
    config = join(folder, "setup.cfg")
    for one in ini.parse(project.text(config)):
        if one.section == "options" and one.name == "python_requires":
            return one.value, config
    setup = join(folder, "setup.py")
    source = parse(setup, project.content(setup))
    for call in source.calls if source else ():
        if source and (text := source.text(keyword(call.node, "python_requires")) or ""):
            return text, setup
    classifiers = texts(at(said, "project", "classifiers")) or texts(
        at(said, "tool", "poetry", "classifiers")
    )
    named = [int(found[1]) for one in classifiers if (found := re.search(r":: 3\.(\d+)$", one))]
    return (f">=3.{min(named)},<3.{max(named) + 1}", f"{file}, in its classifiers,") if named else ("", "")


def _allowed(requires: str, by: str) -> tuple[Version, Match]:
    """Return the usual version if the project allows it, else the newest that it does."""
    versions = [(3, minor) for minor in range(OLDEST[1], NEWEST[1] + 1)]
    fitting = [one for one in versions if allows(requires, one)]
    if not requires:
        return USUAL, Match(GUESSED, "nothing says another; most distributions have wheels for it")
    if not fitting:
        return USUAL, Match(GUESSED, f"{by} asks for {requires}, which no supported image has")
    version = USUAL if USUAL in fitting else max(fitting) if max(fitting) < USUAL else min(fitting)
    return version, Match(LIKELY + 10, f"{by} asks for {requires}")


def allows(requires: str, version: Version) -> bool:
    """Tell whether `>=3.11,<3.14`, `^3.10` or `~3.12` lets a version in; what cannot be read does."""
    for alternative in requires.split("||"):
        if all(
            _clause_allows(one.strip(), version) for one in re.split(r"[,\s]+(?=[<>=!~^])|,", alternative)
        ):
            return True
    return False


def _clause_allows(clause: str, version: Version) -> bool:  # noqa: PLR0911 - one for each operator
    found = re.fullmatch(r"(>=|<=|==|!=|~=|>|<|\^|~|===)?\s*v?(\d+)(?:\.(\d+|\*))?(\.[\w.*]+)?", clause)
    if not found:
        return True
    operator, third = found[1] or "==", found[4] or ""
    is_whole = found[3] in (None, "*")
    other = (int(found[2]), 0 if is_whole else int(found[3]))
    match operator:
        case ">=":
            return version >= other
        case ">":
            return version > other or (version == other and bool(third))
        case "<=":
            return version <= other
        case "<":
            # `<3.13.1` lets some 3.13 in, but not the newest.
            return version < other
        case "!=":
            return is_whole or (bool(third) and "*" not in third) or version != other
        case "^":
            return version >= other and version[0] == other[0]
        case "~=":
            return version >= other and version[0] == other[0] and (not third or version == other)
        case _:
            return version[0] == other[0] and (is_whole or version == other)


def _fit_code(
    code: Code, folder: str, version: Version, match: Match
) -> tuple[Version, Match, tuple[Note, ...]]:
    """Move the version to what the code's own syntax and modules need."""
    notes: list[Note] = []
    for source in code.sources.values():
        if not is_within(source.file, folder):
            continue
        if source.needs > version:
            version, match = min(source.needs, NEWEST), Match(LIKELY, source.needs_because)
        for one in source.imports:
            last = _REMOVED.get(one.module.partition(".")[0], _TOO_NEW)
            is_own = code.find(source, one.module) is not None
            if last < version[1] and not one.is_optional and not is_own:
                because = (
                    f"{source.file}:{one.line} imports {one.module}, which Python 3.{last + 1} has no more"
                )
                version, match = (3, last), Match(LIKELY, because)
    return version, match, tuple(notes)
