"""What `hatchway init` has written into a project, kept in the project where git does not look.

The folder `.hatchway` ignores itself, so that no file of a person's has to name it; it moves and goes
with the project. A clone has none: there, everything is the person's.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hatchway.errors import HatchwayError
from hatchway.scaffold.plan import Change, Written, digest_of

FOLDER = ".hatchway"
IGNORE = f"{FOLDER}/.gitignore"
PATH = f"{FOLDER}/init.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one file."""

    written: Written
    before: bytes | None
    """What stood there before we first wrote; None: nothing."""
    folders: tuple[str, ...] = ()
    """Those that we made for it, the innermost first."""


Record = Mapping[str, Entry]


def load(content: bytes | None) -> dict[str, Entry]:
    """Return what a record says. Raises `HatchwayError` if it cannot be read."""
    if content is None:
        return {}
    try:
        told = json.loads(content)
        if told["version"] != _VERSION:
            msg = f"{PATH} is of another version of Hatchway"
            raise HatchwayError(msg, "remove it: what is written then counts as yours")
        return {_inside(path): _entry(one) for path, one in told["files"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        msg = f"{PATH} cannot be read"
        raise HatchwayError(msg, "remove it: what is written then counts as yours") from None


def _inside(path: str) -> str:
    """Return a path as it is. Raises `ValueError` if it leads out of the project."""
    if path.startswith("/") or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise ValueError(path)
    return path


def _entry(told: Mapping[str, Any]) -> Entry:
    before = told["before"]
    written = Written(str(told["digest"]), dict(told["entries"]))
    content = None if before is None else base64.b64decode(before, validate=True)
    return Entry(written, content, tuple(_inside(folder) for folder in told["folders"]))


def dump(record: Record) -> bytes:
    """Return a record as a file."""
    files = {
        path: {
            "digest": entry.written.digest,
            "entries": dict(entry.written.entries),
            "before": None if entry.before is None else base64.b64encode(entry.before).decode(),
            "folders": list(entry.folders),
        }
        for path, entry in sorted(record.items())
    }
    return (json.dumps({"version": _VERSION, "files": files}, indent=1) + "\n").encode()


def with_changes(
    record: Record, changes: tuple[Change, ...], folders: Mapping[str, tuple[str, ...]]
) -> dict[str, Entry]:
    """Return the record after these changes: undoing goes back to before the first of them.

    `folders` are those that were made for each of their paths.
    """
    after = dict(record)
    for change in changes:
        known = record.get(change.path)
        # A person has changed it since: undoing gives back what they made of it.
        is_theirs = known is None or change.before is None or digest_of(change.before) != known.written.digest
        before = change.before if known is None or is_theirs else known.before
        made = folders[change.path] or (known.folders if known else ())
        after[change.path] = Entry(Written(digest_of(change.after), change.entries), before, made)
    return after


def undone(
    record: Record, standing: Mapping[str, bytes | None]
) -> tuple[list[tuple[str, bytes | None]], list[str]]:
    """Return what to put back at each path (None: remove it), and the paths that are a person's now."""
    back: list[tuple[str, bytes | None]] = []
    theirs: list[str] = []
    for path, entry in record.items():
        content = standing.get(path)
        if content is None:
            continue  # removed since: nothing of ours is left
        if digest_of(content) == entry.written.digest:
            back.append((path, entry.before))
        else:
            theirs.append(path)
    return back, theirs
