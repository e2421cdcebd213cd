"""Every input and output of a session as JSON lines, and the way back from a line to an event."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol, TextIO, get_args

from hatchway.errors import HatchwayError
from hatchway.model import Role, Trouble, Worker, WorkerKey
from hatchway.session import events
from hatchway.session.events import Input, Output

MAX_BYTES = 64 << 20
"""A journal ends, and says so, when it is this long: a forgotten one must not fill a disk."""

_EVENTS = {kind.__name__: kind for kind in (*get_args(events.Input), *get_args(events.Output))}


class Journal(Protocol):
    """Where the hub notes what went in and what came out."""

    def start(self, facts: Mapping[str, Any]) -> None:
        """Note what a replay needs to make the same session."""

    def note(self, now: float, event: Input, outputs: list[Output]) -> None:
        """Note one step of the session."""

    def close(self) -> None:
        """Write what is left."""


class NoJournal:
    """Notes nothing: the default, as a journal holds the values a person looked at."""

    def start(self, facts: Mapping[str, Any]) -> None:
        """Do nothing."""

    def note(self, now: float, event: Input, outputs: list[Output]) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class FileJournal:
    """A journal in a file that only the user can read."""

    def __init__(self, path: Path) -> None:
        """Create or empty the file. Raises `HatchwayError` if it cannot be written."""
        try:
            path.touch(mode=0o600)
            self._file: TextIO = path.open("w", encoding="utf-8")
        except OSError as error:
            msg = f"the journal {path} cannot be written: {error.strerror}"
            raise HatchwayError(msg, "name a file in a folder of yours with --journal") from None
        self._left = MAX_BYTES

    def start(self, facts: Mapping[str, Any]) -> None:
        """Write the first line."""
        self._write({"journal": 1, **facts})

    def note(self, now: float, event: Input, outputs: list[Output]) -> None:
        """Write one line for the step."""
        self._write({"at": now, "in": pack(event), "out": [pack(output) for output in outputs]})

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, line: Mapping[str, Any]) -> None:
        text = json.dumps(line, separators=(",", ":"))
        if self._left <= 0:
            return
        self._left -= len(text)
        if self._left <= 0:
            text = json.dumps({"truncated": MAX_BYTES})
        self._file.write(text + "\n")
        self._file.flush()


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a journal: what was received when, and what came of it."""

    at: float
    event: Input
    outputs: list[Output]


def read(lines: Iterator[str]) -> tuple[dict[str, Any], list[Step]]:
    """Return the facts of the first line and the steps after it. Raises `HatchwayError` on a bad line."""
    facts: dict[str, Any] = {}
    steps = []
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            if "journal" in entry:
                facts = entry
            elif "in" in entry:
                steps.append(Step(entry["at"], unpack(entry["in"]), [unpack(out) for out in entry["out"]]))
        except (ValueError, KeyError, TypeError) as error:
            msg = f"line {number} of the journal cannot be read: {error}"
            raise HatchwayError(msg, "journals are written by `hatchway run --journal FILE`") from None
    if not facts:
        msg = "this is no journal: its first line does not say so"
        raise HatchwayError(msg, "journals are written by `hatchway run --journal FILE`")
    return facts, steps


def pack(event: Input | Output) -> dict[str, Any]:
    """Return the event as plain JSON, its type under `event`."""
    return {"event": type(event).__name__, **{f.name: _plain(getattr(event, f.name)) for f in fields(event)}}


def unpack(entry: Mapping[str, Any]) -> Any:
    """Return the event a `pack` was made of."""
    rest = {name: value for name, value in entry.items() if name != "event"}
    if "key" in rest:
        rest["key"] = WorkerKey(**rest["key"])
    for pairs in ("roots", "files", "differing"):
        if pairs in rest:
            rest[pairs] = tuple(tuple(pair) for pair in rest[pairs])
    if "sentences" in rest:
        rest["sentences"] = tuple(rest["sentences"])
    if "keys" in rest:
        rest["keys"] = tuple(WorkerKey(**key) for key in rest["keys"])
    if "trouble" in rest:
        rest["trouble"] = Trouble(rest["trouble"])
    if "worker" in rest:
        worker = rest["worker"]
        key, role = WorkerKey(**worker["key"]), Role(worker["role"])
        rest["worker"] = Worker(**{**worker, "key": key, "role": role})
    return _EVENTS[entry["event"]](**rest)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return asdict(value) if isinstance(value, Worker | WorkerKey) else value
