"""What a command wants of the world: said as values, which `shell` performs and tests read."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a request; the answer is its body. A refusal is raised in the script as a `HatchwayError`."""

    command: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Go:
    """Send a step and wait; the answer is the body of that thread's next stop, None if it comes to none."""

    command: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Say:
    """Print a line: `text` as it is, then `code`, which is Python and may be coloured."""

    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Complain:
    """Print `*** text`, as pdb does; a session that is scripted counts it as a failure."""

    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """Ask the person for a line; the answer is that line, None at the end of the input."""

    prompt: str


@dataclass(frozen=True, slots=True)
class Source:
    """Get a file's lines by a DAP `Source`; the answer is a list, empty if they cannot be had."""

    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Ask the hub what runs; the answer is the body of `hatchwaySnapshot`."""

    label: str = ""
    """A worker that is waited for a moment: it may have stopped before the hub has heard what it is."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave; with `kill`, end what Hatchway has started, too."""

    kill: bool = False


Effect: TypeAlias = Ask | Go | Say | Complain | Read | Source | Snapshot | Quit
Script: TypeAlias = Generator[Effect, Any, None]
"""A command at work."""
