"""One file per artefact, each exposing RECIPE: what is wanted of it, given the facts; no file is touched."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hatchway.formats.artefact import Artefact
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.plan import Kept

MARK = "Written by `hatchway init`; yours to change: what you have changed is left alone."


@dataclass(frozen=True, slots=True)
class Sign:
    """A file or folder that says that an artefact is wanted."""

    path: str
    text: str = ""
    """What the file holds somewhere; empty: it need only be there."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one artefact is made."""

    name: str
    title: str
    make: Callable[[Facts], Iterable[Artefact | Kept]]
    signs: tuple[Sign, ...] = ()
    """Any of these asks for it; none: it is for everyone."""
    hint: str = ""
    """What a person must do besides, once."""
