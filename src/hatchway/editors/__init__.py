"""One file per editor, each exposing EDITOR: what it must be told to reach a hub.

It knows no project and no engine. No path is mapped: the hub finds by content which file of a container is
which of the folder's.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hatchway.formats.artefact import Artefact

PORT = 5678
"""Where a hub listens unless told otherwise."""
NAME = "hatchway: attach"
"""Of the entry by which an editor attaches: what has this name is ours."""


@dataclass(frozen=True, slots=True)
class Editor:
    """An editor and the files of a project by which it finds the hub."""

    name: str
    title: str
    """As people write it."""
    signs: tuple[str, ...]
    """What is in a project whose people use it."""
    files: Callable[[int], tuple[Artefact, ...]]
    """Return the files, for a hub that listens on this port of 127.0.0.1."""
    hint: str = ""
    """What a person must do besides, once."""
