"""One file per place where a project says how it is started, each exposing START: the commands it has."""

from dataclasses import dataclass

from hatchway.scaffold.facts import Place


@dataclass(frozen=True, slots=True)
class Start:
    """A command that a project is started by."""

    words: tuple[str, ...]
    """One plain command: no shell, no `exec`, no assignments before it."""
    folder: str
    """Where it is run, as far as that can be told from outside of an image."""
    place: Place
    score: int
    service: str = ""
    """The name it has there: of a Procfile, Compose, supervisord."""
    ports: tuple[int, ...] = ()
    """The ports of its container that are told beside the command."""
