"""The front door in a terminal: history, completion, several lines, colours."""

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pygments
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from pygments.formatters import TerminalFormatter
from pygments.lexers import PythonLexer

from hatchway.terminal.pdb.keyboard import Keyboard

REFRESH = 0.5
"""Seconds after which a prompt that is waited at shows what has happened meanwhile."""

Complete = Callable[[str, int], list[tuple[str, int]]]
"""Texts for a line and a place in it, each with how many letters before the place it stands for."""


class PromptConsole:
    """Reads what a person types, after the commands given beforehand."""

    is_scripted = False

    def __init__(self, commands: Iterable[str], complete: Complete, keyboard: Keyboard | None) -> None:
        """Take the commands to begin with, how to complete a line, and what lends the keys to the program."""
        self._commands = list(commands)
        self._keyboard = keyboard
        self._typed: list[str] = []
        """Lines that the program was offered and has not read."""
        self._is_coloured = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self._session: PromptSession[str] = PromptSession(
            history=_history(),
            completer=_Completer(complete),
            complete_in_thread=True,
            complete_while_typing=False,
            enable_open_in_editor=False,
            key_bindings=_bindings(),
            multiline=False,
        )

    @property
    def ahead(self) -> str:
        """Return the next command given beforehand; what a person will type is not known."""
        return self._commands[0] if self._commands else ""

    def read(self, prompt: Callable[[], str]) -> str | None:
        """Return what was typed, None at Ctrl-D. Raises `KeyboardInterrupt`."""
        typed = self._keyboard.take_back() if self._keyboard is not None else ""
        *lines, begun = re.split("[\r\n]", typed)
        self._typed += lines
        for given in (self._commands, self._typed):
            if given:
                line = given.pop(0)
                self.write(f"{prompt()}{line}")
                return line
        try:
            return self._session.prompt(prompt, default=begun, refresh_interval=REFRESH, handle_sigint=True)
        except EOFError:
            return None

    @contextlib.contextmanager
    def lent(self) -> Iterator[None]:
        """Have what is typed be the program's for as long as the block runs; Ctrl-C takes it back unseen."""
        if self._keyboard is None:
            yield
            return
        try:
            with self._keyboard.lent():
                yield
        except KeyboardInterrupt:
            self._keyboard.take_back()
            raise

    def write(self, text: str, code: str = "") -> None:
        """Print a line, its code in colours."""
        if code and self._is_coloured:
            code = pygments.highlight(code, PythonLexer(stripnl=False), TerminalFormatter()).rstrip("\n")
        sys.stdout.write(f"{text}{code}\n")
        sys.stdout.flush()

    def watch(self, has_news: Callable[[], bool]) -> None:
        """Leave an empty prompt once there are news; what is raised there, `read` raises."""
        app = self._session.app

        def look(_: object) -> None:
            if app.is_done:
                return
            try:
                if has_news() and not app.current_buffer.text:
                    app.exit(result="")
            except Exception as error:  # noqa: BLE001 - it goes on where the line is waited for
                app.exit(exception=error)

        app.before_render += look


class _Completer(Completer):
    """Asks the debugger."""

    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Give what may stand at the cursor."""
        del complete_event
        for text, length in self._complete(document.text, document.cursor_position):
            yield Completion(text, start_position=-length)


def _bindings() -> KeyBindings:
    """Have Ctrl-C clear a line that is not empty, and only then tell."""
    bindings = KeyBindings()

    @bindings.add("c-c")
    def _(event: KeyPressEvent) -> None:
        if event.current_buffer.text:
            event.current_buffer.reset()
        else:
            event.app.exit(exception=KeyboardInterrupt(), style="class:aborting")

    return bindings


def _history() -> FileHistory | InMemoryHistory:
    """Keep the history where the user keeps such things, if that can be written."""
    folder = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "hatchway"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "pdb_history").touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(folder / "pdb_history")
