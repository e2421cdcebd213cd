"""What would be written: a value, made of what is wanted and what stands there; no file is touched here.

A file is ours if it is byte for byte as the record says we left it. What a person has changed since, or
made, is theirs: of such a file only entries of our own are added, and only where it is made of entries.
"""

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hatchway.errors import HatchwayError
from hatchway.formats.artefact import Artefact, Entry
from hatchway.formats.jsonc import read
from hatchway.formats.jsonc_edit import with_item


@dataclass(frozen=True, slots=True)
class Standing:
    """What is at a path now."""

    content: bytes | None = None
    """None: nothing, or nothing that can be written to."""
    trouble: str = ""
    """Why the path cannot be written, as the end of a sentence: `it is a symbolic link`."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the record says of a file that we wrote."""

    digest: str
    """Of the file as we left it."""
    entries: Mapping[str, str] = field(default_factory=dict)
    """Of each entry that we put in, by its name."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file to be written."""

    path: str
    before: bytes | None
    """None: the file is new."""
    after: bytes
    why: str
    entries: Mapping[str, str] = field(default_factory=dict)
    """The digests of our entries in it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is left as it is, although something else was wanted."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All that would be done to a project."""

    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    same: tuple[str, ...]
    """Files that are as they should be."""

    def as_json(self) -> dict[str, Any]:
        """Return the plan for programs."""
        return {
            "changes": [
                {
                    "path": change.path,
                    "action": "create" if change.before is None else "edit",
                    "why": change.why,
                    "diff": "".join(diff_of(change)),
                }
                for change in self.changes
            ],
            "kept": [{"path": kept.path, "why": kept.why} for kept in self.kept],
            "same": list(self.same),
        }


def digest_of(content: bytes) -> str:
    """Return by what a content is known again."""
    return hashlib.sha256(content).hexdigest()


def plan_of(
    wanted: Iterable[Artefact | Kept],
    standing: Mapping[str, Standing],
    record: Mapping[str, Written],
) -> Plan:
    """Compare what is wanted with what stands at each path; a path that is not in `standing` is free."""
    changes: list[Change] = []
    kept: list[Kept] = []
    same: list[str] = []
    for one in wanted:
        if isinstance(one, Kept):
            kept.append(one)
            continue
        outcome = _outcome(one, standing.get(one.path, Standing()), record.get(one.path, Written("")))
        if isinstance(outcome, Kept):
            kept.append(outcome)
        elif outcome.before == outcome.after:
            same.append(one.path)
        else:
            changes.append(outcome)
    return Plan(tuple(changes), tuple(kept), tuple(same))


def _outcome(wanted: Artefact, standing: Standing, written: Written) -> Change | Kept:
    if standing.trouble:
        return Kept(wanted.path, standing.trouble)
    if wanted.entries:
        return _with_entries(wanted, standing.content, written)
    after = wanted.text.encode()
    before = standing.content
    if before is None or before == after or digest_of(before) == written.digest:
        return Change(wanted.path, before, after, wanted.why)
    return Kept(wanted.path, "it is yours" if not written.digest else "you have changed it")


def _with_entries(wanted: Artefact, before: bytes | None, written: Written) -> Change | Kept:
    try:
        # What holds nothing but blanks is as good as new.
        text = before.decode() if before is not None and before.strip() else wanted.skeleton
        held: list[str] = []
        for entry in wanted.entries:
            found = _found(text, entry)
            if (
                found is not None
                and found != entry.value
                and _digest(found) != written.entries.get(entry.name)
            ):
                held.append(entry.name)
            else:
                text = with_item(text, entry.path, entry.key, entry.value)
    except UnicodeDecodeError:
        return Kept(wanted.path, "it is not in UTF-8")
    except HatchwayError as error:
        return Kept(wanted.path, f"it cannot be edited: {error.message}")
    after = text.encode()
    if held and after == before:
        return Kept(wanted.path, f"its entry `{held[0]}` is yours")
    entries = {entry.name: _digest(entry.value) for entry in wanted.entries if entry.name not in held}
    return Change(wanted.path, before, after, wanted.why, entries)


def _found(text: str, entry: Entry) -> Mapping[str, Any] | None:
    node = read(text).get(*entry.path)
    items = node.value if node is not None and isinstance(node.value, list) else []
    return next((one for one in items if isinstance(one, dict) and one.get(entry.key) == entry.name), None)


def _digest(value: Mapping[str, Any]) -> str:
    return digest_of(json.dumps(value, sort_keys=True).encode())


def diff_of(change: Change) -> Iterator[str]:
    """Yield the lines of a unified diff, each with its newline."""
    old = "/dev/null" if change.before is None else f"a/{change.path}"
    before, after = (
        (content or b"").decode(errors="replace").splitlines(keepends=True)
        for content in (change.before, change.after)
    )
    for line in difflib.unified_diff(before, after, old, f"b/{change.path}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
