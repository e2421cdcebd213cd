"""A file that Hatchway would have in a project: a whole one, or entries of one that may be a person's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list in a file of JSON with comments, known by its name."""

    path: tuple[str, ...]
    """The keys that lead to the list; empty: the file is the list."""
    key: str
    """Which of the entry's members is its name."""
    value: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return what the entry is called."""
        return str(self.value[self.key])


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file: its path from the project's root with `/` between folders, what is in it, and what for."""

    path: str
    why: str
    """As the end of a sentence: `VS Code starts the project with F5`."""
    text: str = ""
    """The file as a whole; empty if it has entries."""
    entries: tuple[Entry, ...] = ()
    """What must be in the file; all else in it is left as it is."""
    skeleton: str = ""
    """What a file with entries begins as."""
