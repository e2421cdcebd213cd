"""The front door without a terminal: commands from `-c` or stdin, plain lines out."""

import contextlib
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
    def ahead(self) -> str | None:
        """Return the next line, None if there is none; may wait for stdin."""
        if self._ahead is None:
            self._ahead = next(self._lines, None)
        return self._ahead

    def read(self, prompt: Callable[[], str]) -> str | None:
        """Return the next line, shown behind its prompt as if it had been typed."""
        line, self._ahead = self.ahead, None
        if line is not None:
            self.write(f"{prompt()}{line}")
        return line

    def watch(self, has_news: Callable[[], bool]) -> None:
        """Do nothing: no line is waited for."""

    def lent(self) -> contextlib.AbstractContextManager[None]:
        """Do nothing: stdin is the program's, or the debugger's, for good."""
        return contextlib.nullcontext()

    def write(self, text: str, code: str = "") -> None:
        """Print a line at once: somebody may wait for it."""
        sys.stdout.write(f"{text}{code}\n")
        sys.stdout.flush()
