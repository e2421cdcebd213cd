"""Has threads that are not Python's own traced as they begin, up to 3.11, where each is traced by itself.

C and Rust start them behind Python's back: uWSGI's have Python name them as they begin, and Granian's make an
object of a class of Granian's first in every request.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.debugger import threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Strangers:
    """What is called in such a thread, for as long as a session lasts, and what was there before."""

    def __init__(self, trace: Callable[[], object], first_calls: Iterable[str]) -> None:
        """Take what has the calling thread traced, and what servers call first; see `Server.first_call`."""
        self._trace = trace
        self._first_calls = [call for call in first_calls if call]
        self._threading = threads.in_use()
        self._here = self._threading.local()
        self._before: list[tuple[type, Any]] = []

    def watch(self) -> None:
        """Begin, or look again for what was not imported before."""
        if not self._before:
            self._wrap(self._threading._DummyThread, self._meet, ahead=False)
        for call in self._first_calls.copy():
            module, _, name = call.partition(":")
            found = getattr(sys.modules.get(module), name, None)
            if isinstance(found, type):
                self._first_calls.remove(call)
                self._wrap(found, self._introduce, ahead=True)

    def forget(self) -> None:
        """Put back what was there."""
        while self._before:
            kind, initialise = self._before.pop()
            kind.__init__ = initialise  # type: ignore[misc]

    def _wrap(self, kind: type, step: Callable[[Any], None], *, ahead: bool) -> None:
        initialise: Any = kind.__init__  # type: ignore[misc]
        self._before.append((kind, initialise))

        def initialise_and_tell(made: Any, *args: Any, **kwargs: Any) -> None:
            if ahead:
                _attempt(step, made)
            initialise(made, *args, **kwargs)
            if not ahead:
                _attempt(step, made)

        kind.__init__ = initialise_and_tell  # type: ignore[misc]

    def _introduce(self, _: Any) -> None:
        """Have this thread traced, and `threading` know it: pydevd passes over whom that does not know."""
        if hasattr(self._here, "is_known"):
            return
        self._here.is_known = True
        ident = self._threading.get_ident()
        if ident in self._threading._active:  # it may be the entry of one that is gone: idents come again
            self._trace()
        else:
            threads.note_stand_in(ident)
            self._threading.current_thread()

    def _meet(self, entry: Any) -> None:
        """Trace the thread that `threading` has just come to know, if it is the calling one."""
        if self._before and entry.ident == self._threading.get_ident():
            self._trace()


def _attempt(step: Callable[[Any], None], made: Any) -> None:
    """Take a step of ours; the thread is the application's."""
    try:
        step(made)
    except Exception:
        pass
