"""The whole vocabulary between the core and the world: what it is told, what it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from hatchway.model import Trouble, Worker, WorkerKey

Message: TypeAlias = Mapping[str, Any]
"""One DAP message as parsed JSON. The core never changes one it was given."""


@dataclass(frozen=True, slots=True)
class FromEditor:
    """An editor, or another client, sent a message."""

    message: Message
    client: int = 0
    """The number of its connection."""


@dataclass(frozen=True, slots=True)
class EditorLeft:
    """A client's connection is gone, with or without a `disconnect` before."""

    client: int = 0


@dataclass(frozen=True, slots=True)
class WorkersAwaited:
    """These dormant workers of a container were rung and have not dialled in yet: all of them, each time."""

    container: str
    keys: tuple[WorkerKey, ...]


@dataclass(frozen=True, slots=True)
class WorkerJoined:
    """A worker has dialled in and waits for its `initialize`."""

    worker: Worker


@dataclass(frozen=True, slots=True)
class FromWorker:
    """A worker sent a message."""

    key: WorkerKey
    message: Message


@dataclass(frozen=True, slots=True)
class WorkerLeft:
    """A worker's connection is gone; `why` is a clause fit for a person."""

    key: WorkerKey
    why: str


@dataclass(frozen=True, slots=True)
class FilesFound:
    """Which files of a service are which of the editor's; replaces what was said of it before."""

    service: str
    roots: tuple[tuple[str, str], ...] = ()
    """Local and remote folders that are the same."""
    files: tuple[tuple[str, str], ...] = ()
    """Local and remote paths of the same file."""
    differing: tuple[tuple[str, str], ...] = ()
    """Local paths of files that are not what the containers have, each with a sentence about that."""


@dataclass(frozen=True, slots=True)
class ContainerTroubled:
    """Something befell a container: `what` is a clause fit for a person."""

    container: str
    trouble: Trouble
    what: str


@dataclass(frozen=True, slots=True)
class ProcessesMissing:
    """Why processes of a container cannot be debugged, a sentence for each; replaces what was said before."""

    container: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """Why breakpoints of a file of the editor's do not bind: a sentence fit for a person, or empty."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The moment asked for by `WakeAt` has come."""


Input: TypeAlias = (
    FromEditor
    | EditorLeft
    | WorkersAwaited
    | WorkerJoined
    | FromWorker
    | WorkerLeft
    | FilesFound
    | ContainerTroubled
    | ProcessesMissing
    | Explained
    | Tick
)


@dataclass(frozen=True, slots=True)
class ToEditor:
    """Send this to a client. The message carries its `seq`."""

    message: Message
    client: int = 0


@dataclass(frozen=True, slots=True)
class ToWorker:
    """Send this to the worker. The message carries its `seq`."""

    key: WorkerKey
    message: Message


@dataclass(frozen=True, slots=True)
class DropWorker:
    """Close the worker's connection; it goes back to dormant. A `WorkerLeft` may follow."""

    key: WorkerKey


@dataclass(frozen=True, slots=True)
class Summon:
    """The session wants workers: ring the dormant ones, let the newborn dial in by themselves."""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """The session wants no more workers: newborn ones stay dormant. Who is in is dropped one by one."""


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send a `Tick` at this moment (seconds, the clock of `receive`). Replaces any earlier one."""

    when: float


@dataclass(frozen=True, slots=True)
class CloseEditor:
    """The session is over for this client: close its connection once all is written."""

    client: int = 0


@dataclass(frozen=True, slots=True)
class CompareAgain:
    """Look whether this file of the editor's has changed since it was compared with what containers have."""

    path: str


@dataclass(frozen=True, slots=True)
class Explain:
    """Find out why breakpoints of this file of the editor's do not bind, and say so by `Explained`."""

    path: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell whoever is at the hub's terminal. The editor was told."""

    text: str


Output: TypeAlias = (
    ToEditor
    | ToWorker
    | DropWorker
    | Summon
    | Dismiss
    | WakeAt
    | CloseEditor
    | CompareAgain
    | Explain
    | Announce
)
