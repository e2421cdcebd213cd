"""The front door without a terminal: commands from `-c` or stdin, plain lines out."""

import sys
from collections.abc import Callable, Iterable


class PlainConsole:
    """Reads commands given beforehand; where none are, the lines of stdin."""

    def __init__(self, commands: Iterable[str]) -> None:
        """Take the commands; with none, stdin is read."""
        given = list(commands)
        self._lines = iter(given) if given else (line.rstrip("\n") for line in sys.stdin)
        self._ahead: str | None = None

    is_scripted = True

    @property
    def is_exhausted(self) -> bool:
        """Tell whether no more lines come; may wait for stdin."""
        if self._ahead is None:
            self._ahead = next(self._lines, None)
        return self._ahead is None

    def read(self, prompt: Callable[[], str]) -> str | None:
        """Return the next line, shown behind its prompt as if it had been typed."""
        if not self.is_exhausted:
            self.write(f"{prompt()}{self._ahead}")
        line, self._ahead = self._ahead, None
        return line

    def write(self, text: str, code: str = "") -> None:
        """Print a line at once: somebody may wait for it."""
        sys.stdout.write(f"{text}{code}\n")
        sys.stdout.flush()
