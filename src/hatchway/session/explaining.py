"""Why breakpoints do not bind, as far as a project's own files say so: asked for by file, said once known.

Theory: a worker's word on a breakpoint is short ("no such file"). The shell can look into the project for the
reason; that takes its time, so the editor has the worker's word first, and the reason by an event. It is
asked for once for each time the editor sets the breakpoints of a file: what was wrong may be mended since.
"""

from typing import TYPE_CHECKING, Final

from hatchway.session.events import Explain

if TYPE_CHECKING:
    from hatchway.session.events import Output

FILES_LIMIT: Final = 1000
"""Most files that are asked about."""


class Explaining:
    """What was asked and what is known."""

    def __init__(self, outputs: "list[Output]") -> None:
        """Nothing is known."""
        self._outputs = outputs
        self._asked: set[str] = set()
        self._known: dict[str, str] = {}

    def of(self, path: str) -> str:
        """Return the reason that is known of a file; mostly none."""
        return self._known.get(path, "")

    def seek(self, path: str) -> None:
        """Ask about a file, unless that was done."""
        if path not in self._asked and len(self._asked) < FILES_LIMIT:
            self._asked.add(path)
            self._outputs.append(Explain(path))

    def ask_again(self, path: str) -> None:
        """Have it asked once more: the editor sets its breakpoints anew."""
        self._asked.discard(path)

    def take(self, path: str, sentence: str) -> None:
        """Learn what there is to say."""
        if path in self._asked:
            self._known[path] = sentence
