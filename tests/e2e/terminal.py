"""A command with the prompt of `hatchway pdb` in a pseudo-terminal: what is typed, what the screen says."""

import os
import re
import sys
from pathlib import Path
from typing import Self

import pexpect

PROMPT = r"\((?:Pdb|hatchway|[^()\n]+ \d+)(?:, \d+ more waiting)?\)"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]")


class Terminal:
    """One session, until the block ends."""

    def __init__(
        self,
        folder: Path,
        *words: str,
        command: str = "pdb",
        columns: int = 100,
        patience: float = 30,
        **more: str,
    ) -> None:
        environ = {
            **os.environ,
            **more,
            "NO_COLOR": "1",
            "PROMPT_TOOLKIT_NO_CPR": "1",
            "TERM": "xterm",
            "LANG": "C.UTF-8",
        }
        # pytest-xdist sets them; they would count for more than the window's own size.
        for name in ("COLUMNS", "LINES"):
            environ.pop(name, None)
        argv = ["-m", "hatchway", command, *words]
        self._child = pexpect.spawn(
            sys.executable,
            argv,
            cwd=str(folder),
            env=environ,
            encoding="utf-8",
            timeout=patience,
            dimensions=(40, columns),
        )
        self._child.delaybeforesend = None

    def until(self, pattern: str) -> str:
        """Wait until the screen says so; return all that it said before, and that."""
        self._child.expect(pattern)
        return ESCAPES.sub("", self._child.before + self._child.after)

    def prompt(self) -> str:
        """Wait for the prompt; return what came before it, and it."""
        return self.until(PROMPT)

    def enter(self, text: str) -> None:
        """Type a line at a prompt."""
        self.send(f"{text}\r")
        # The prompt ends its paste mode when a line is accepted; until then it may be drawn anew at any time.
        self.until(r"\x1b\[\?2004l")

    def type(self, text: str) -> str:
        """Type a line, and return what it led to, up to the next prompt."""
        self.enter(text)
        return self.prompt()

    def leave(self, word: str = "q") -> int:
        """Type the last line, and return the exit code."""
        self.enter(word)
        return self.end()

    def send(self, keys: str) -> None:
        """Press keys."""
        self._child.send(keys)

    def resize(self, columns: int) -> None:
        """Have the window made wider or narrower."""
        self._child.setwinsize(40, columns)

    def end(self) -> int:
        """Wait for the end, and return the exit code."""
        self._child.expect(pexpect.EOF)
        self.said = ESCAPES.sub("", self._child.before)
        self._child.wait()
        assert self._child.exitstatus is not None
        return self._child.exitstatus

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close(force=True)
