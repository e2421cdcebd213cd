"""Processes that cannot be debugged: the sentence about each, and that the editor is told once."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hatchway.model import Container
from hatchway.session.editor import Editor

LONGEST: Final = 48
"""Characters of a command line in a sentence."""
MOST_TOLD: Final = 64
"""Sentences that one editor is told at most; `hatchway ps` has all."""

_PTH: Final = "start it with `hatchway run --pth`"
_REASONS: Final[Mapping[str, tuple[str, str, str]]] = {
    # why, the way out on this host, the way out in a container
    "isolated": (
        "Python's {detail} ignores PYTHONPATH",
        f"leave it out, or {_PTH}",
        "leave it out of the command while you debug",
    ),
    "no-site": ("Python's {detail} leaves out `sitecustomize`", "leave it out while you debug", ""),
    "cleared": (
        "its environment was cleared",
        "let PYTHONPATH and HATCHWAY_RUN through (env -i, sudo)",
        "",
    ),
    "replaced": (
        "PYTHONPATH was set anew on the way",
        f"add to it there (PYTHONPATH=...:$PYTHONPATH), or {_PTH}",
        "add to it there: PYTHONPATH=...:$PYTHONPATH",
    ),
    "hidden": (
        "{detail} comes before ours on PYTHONPATH",
        f"put its folder behind ($PYTHONPATH:...), or {_PTH}",
        "put its folder behind: PYTHONPATH=$PYTHONPATH:...",
    ),
    "option": ("uWSGI is told `{detail}`", "leave that out while you debug", ""),
    "old": ("Python {detail} is too old", "run it with 3.10 or newer", ""),
    "implementation": ("{detail} is not CPython", "run it with CPython 3.10 or newer", ""),
    "user": ("it runs as another user", "start it as you, without sudo", ""),
}
_UNKNOWN: Final = (
    "nothing of ours started in it",
    "see whether its Python is told -I, -E or -S, or its environment is changed",
    "",
)


def sentence_of(container: Container, argv: Sequence[str], cause: str, detail: str) -> str:
    """Say which process it is, why it cannot be debugged, and the way out."""
    why, way_here, way_there = _REASONS.get(cause, _UNKNOWN)
    way = (way_there if container.is_foreign else "") or way_here
    return f"{container.service}: `{_shortened(argv)}` is out of reach: {why.format(detail=detail)}; {way}"


def _shortened(argv: Sequence[str]) -> str:
    # A title, written over the command line, is one word with spaces and is left as it is.
    words = [word.rpartition("/")[2] if word.startswith("/") else word for word in argv]
    command = " ".join((shlex.join(words) if len(words) > 1 else "".join(words)).split())
    return command if len(command) <= LONGEST else f"{command[: LONGEST - 3]}..."


class MissingProcesses:
    """What is missing, by container; each sentence is told to each editor once."""

    def __init__(self, editor: Editor) -> None:
        """Nobody is missing."""
        self._editor = editor
        self._sentences: dict[str, tuple[str, ...]] = {}
        self._told: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        """List the sentences that hold now, each once."""
        return iter(dict.fromkeys(one for sentences in self._sentences.values() for one in sentences))

    def first(self) -> str:
        """Return one sentence that holds now; empty if nobody is missing."""
        return next(iter(self), "")

    def replace(self, container: str, sentences: tuple[str, ...]) -> None:
        """Learn who is missing in a container, and tell what is new."""
        if sentences:
            self._sentences[container] = sentences
        else:
            self._sentences.pop(container, None)
        if self._editor.is_listening:
            self._tell()

    def tell_all(self) -> None:
        """Tell an editor that has just attached."""
        self._told.clear()
        self._tell()

    def _tell(self) -> None:
        for sentence in self:
            if sentence not in self._told and len(self._told) < MOST_TOLD:
                self._told.add(sentence)
                self._editor.say(f"hatchway: {sentence}")
