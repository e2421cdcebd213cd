"""Facts for people, as rows of a table with score and reason, and for programs, as JSON."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from hatchway.scaffold.facts import Application, Backing, Facts, Match, Note, Part, Variable


@dataclass(frozen=True, slots=True)
class Row:
    """One answer."""

    what: str
    answer: str
    score: int
    because: str


_LONGEST = 40
"""Letters of a default that are shown."""


def rows_of(part: Part) -> list[Row]:
    """Return every answer about a part."""
    return list(_rows(part))


def _rows(part: Part) -> Iterator[Row]:
    yield _row("python", part.python.version, part.python.match)
    yield _row("installed by", part.manager.name.replace("_", "-"), part.manager.match)
    for application in part.applications:
        yield from _rows_of_application(application)
    for one in part.backing:
        yield _row("uses", _backing(one), one.match)
    if part.migrations is not None:
        yield _row("migrations", part.migrations.tool, part.migrations.match)
    for static in part.static:
        yield _row("static files", static.folder, static.match)
    if part.tests is not None:
        yield _row("tests", part.tests.runner, part.tests.match)
    for package in part.system:
        yield _row(f"to {package.phase}", package.name, package.match)
    for variable in part.variables:
        yield Row("variable", variable.name, 100, _variable(variable))


def _row(what: str, answer: str, match: Match) -> Row:
    return Row(what, answer, match.score, match.because)


def _rows_of_application(one: Application) -> Iterator[Row]:
    told = one.spec if one.attribute else one.place.file
    yield _row(one.name, f"{one.framework} {told}", one.match)
    if one.server is not None:
        yield _row("  server", one.server.name, one.server.match)
    if one.port is not None:
        yield _row("  port", str(one.port.number), one.port.match)


def _backing(one: Backing) -> str:
    return f"{one.name} with {one.flavour}" if one.flavour == "postgis" else one.flavour or one.name


def _variable(one: Variable) -> str:
    default = "secret" if one.is_secret and one.default else one.default
    if default is not None and len(default) > _LONGEST:
        default = f"{default[:_LONGEST]}..."
    told = "required" if one.is_required else f"default {default!r}" if default is not None else "no default"
    return f"{one.place} reads it, {told}"


def notes_of(facts: Facts) -> list[str]:
    """Return all notes as sentences with their places."""
    parts = [note for part in facts.parts for note in part.notes]
    return list(dict.fromkeys(_note(note) for note in (*facts.notes, *parts)))


def _note(note: Note) -> str:
    return f"{note.place}: {note.text}" if note.place else note.text


def as_json(facts: Facts) -> dict[str, Any]:
    """Return the facts as a tree of plain values."""
    return asdict(facts)
