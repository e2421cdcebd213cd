"""What a rule is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from hatchway.doctor.facts import Facts
from hatchway.formats.tree import Node


class Severity(IntEnum):
    """How much a finding matters; the higher the more."""

    NOTE = 1
    """Worth knowing; nothing is broken."""
    WARNING = 2
    """It will cost somebody a day."""
    ERROR = 3
    """It does not work, or it is an open door."""

    @property
    def word(self) -> str:
        """Its name as it is printed."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file, or a container that runs. Without a line it is the whole file."""

    path: str = ""
    """Relative to the project, with slashes."""
    line: int = 0
    column: int = 0
    """Both from 1."""
    container: str = ""

    @classmethod
    def of(cls, node: Node) -> Self:
        """Return the place of a node."""
        return cls(node.path, node.line, node.column)

    def __str__(self) -> str:
        """Return it as editors and compilers write it."""
        if self.container:
            return self.container
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.path, *numbers])


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines of a file and what to put in their place."""

    path: str
    first: int
    last: int
    """Both from 1 and both replaced; `last` before `first`: the lines are put in before `first`."""
    lines: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    """What was read there: a file that has changed since is left alone."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule fired."""

    where: Where
    message: str
    """What is wrong, in one sentence without a full stop, with the names of the project."""
    hint: str = ""
    """What to do about it, likewise; empty where the rule's page alone can say."""
    edit: Edit | None = None
    """Only where it is safe."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What one file of `rules/` exposes."""

    code: str
    severity: Severity
    check: Callable[[Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A finding and whose it is."""

    code: str
    name: str
    """The rule's name: its module's, with hyphens."""
    severity: Severity
    finding: Finding
