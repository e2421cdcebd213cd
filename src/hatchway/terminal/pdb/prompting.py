"""The front door in a terminal: history, completion, several lines, colours."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pygments
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from pygments.formatters import TerminalFormatter
from pygments.lexers import PythonLexer

REFRESH = 0.5
"""Seconds after which a prompt that is waited at shows what has happened meanwhile."""

Complete = Callable[[str, int], list[tuple[str, int]]]
"""Texts for a line and a place in it, each with how many letters before the place it stands for."""


class PromptConsole:
    """Reads what a person types, after the commands given beforehand."""

    is_scripted = False
    is_exhausted = False

    def __init__(self, commands: Iterable[str], complete: Complete, has_news: Callable[[], bool]) -> None:
        """Take how to complete a line, and what tells that an empty line need not be waited for."""
        self._commands = list(commands)
        self._has_news = has_news
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

    def read(self, prompt: Callable[[], str]) -> str | None:
        """Return what was typed, None at Ctrl-D. Raises `KeyboardInterrupt`."""
        if self._commands:
            line = self._commands.pop(0)
            self.write(f"{prompt()}{line}")
            return line
        try:
            return self._session.prompt(
                prompt, refresh_interval=REFRESH, pre_run=self._watch, handle_sigint=True
            )
        except EOFError:
            return None

    def write(self, text: str, code: str = "") -> None:
        """Print a line, its code in colours."""
        if code and self._is_coloured:
            code = pygments.highlight(code, PythonLexer(stripnl=False), TerminalFormatter()).rstrip("\n")
        sys.stdout.write(f"{text}{code}\n")
        sys.stdout.flush()

    def _watch(self) -> None:
        """Leave an empty prompt where nothing is stopped, once something is."""
        app = self._session.app

        def look(_: object) -> None:
            if self._has_news() and not app.current_buffer.text and not app.is_done:
                app.exit(result="")

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
