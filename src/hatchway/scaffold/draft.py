"""From facts to a plan for a folder, to its files, and back: what `init` does, without a word printed."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from hatchway.errors import HatchwayError
from hatchway.scaffold import record as records
from hatchway.scaffold.apply import Replacement, apply, look, missing_folders, replacements
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.plan import Plan, plan_of
from hatchway.scaffold.recipes import Recipe
from hatchway.scaffold.record import Record
from hatchway.scaffold.wanted import artefacts_of, before_us, chosen, signs


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan for a folder, and what is known of earlier ones."""

    plan: Plan
    recipes: tuple[Recipe, ...]
    record: Record


@dataclass(frozen=True, slots=True)
class Undone:
    """What was put back, and what was left since a person has changed it."""

    restored: tuple[str, ...]
    removed: tuple[str, ...]
    theirs: tuple[str, ...]


def as_it_was(root: Path, facts: Facts) -> Facts:
    """Return the facts as they were before we first wrote. Raises `HatchwayError` as `draft` does."""
    return before_us(facts, records.load(_content(root, records.PATH)))


def draft(root: Path, facts: Facts, names: Collection[str]) -> Draft:
    """Return what would be written: the recipes of these names, or those that the project asks for.

    Raises `UsageError` for a name that there is not, `HatchwayError` if the record cannot be read.
    """
    record = records.load(_content(root, records.PATH))
    recipes = tuple(chosen(names, look(root, signs())))
    wanted = list(artefacts_of(before_us(facts, record), recipes))
    standing = look(root, {one.path for one in wanted})
    written = {path: entry.written for path, entry in record.items()}
    return Draft(plan_of(wanted, standing, written), recipes, record)


def carry_out(root: Path, made: Draft) -> None:
    """Write what was drafted and note it, all or nothing. Raises `HatchwayError` if that cannot be."""
    folders = {one.path: missing_folders(root, one.path) for one in made.plan.changes}
    noted = records.with_changes(made.record, made.plan.changes, folders)
    apply(root, [*replacements(made.plan.changes), *_notes(root, noted)])


def undo(root: Path) -> Undone:
    """Put everything back as it was before we first wrote. Raises `HatchwayError` if that cannot be."""
    record = records.load(_content(root, records.PATH))
    if not record:
        msg = "there is nothing to undo: no file of this folder was written by `hatchway init`"
        raise HatchwayError(msg)
    standing = {path: found.content for path, found in look(root, record).items()}
    back, theirs = records.undone(record, standing)
    wanted = [Replacement(path, standing[path], before, record[path].folders) for path, before in back]
    apply(root, [*wanted, *_notes(root, {path: record[path] for path in theirs})])
    removed = tuple(path for path, before in back if before is None)
    return Undone(tuple(path for path, before in back if before is not None), removed, tuple(theirs))


def _notes(root: Path, record: Record) -> list[Replacement]:
    """Return what makes the record say this; without a word in it, it goes."""
    texts = {records.IGNORE: b"*\n", records.PATH: records.dump(record)}
    found = look(root, texts)
    if trouble := next((one.trouble for one in found.values() if one.trouble), ""):
        msg = f"what is written could not be noted in {records.FOLDER}: {trouble}"
        raise HatchwayError(msg, f"move {records.FOLDER} away")
    after = {path: text if record else None for path, text in texts.items()}
    notes = [Replacement(path, found[path].content, after[path], (records.FOLDER,)) for path in texts]
    return [note for note in notes if note.before != note.after]


def _content(root: Path, path: str) -> bytes | None:
    found = look(root, [path])[path]
    if found.trouble:
        msg = f"{path} cannot be used: {found.trouble}"
        raise HatchwayError(msg, f"move {records.FOLDER} away")
    return found.content
