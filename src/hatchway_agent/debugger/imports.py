"""Waits for a gevent application to be done with its imports, before the debugger's begin.

Under gevent also the locks of modules being imported are its own: an application that waits for one that our
thread holds has nobody left to run, and ends with `LoopExit`. A gunicorn worker that does so at its birth
takes the whole server with it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LOOK = 0.01
_LOOKS = 1000
_QUIET = 5
"""Looks in a row that see no import: between two of them there is a moment."""


def outwait(outlasts: Callable[[float], bool], main_ident: int, why: str) -> None:
    """Return once the main thread imports nothing, if gevent is about; after ten seconds in any case.

    `outlasts` waits so many seconds, and tells whether the session is wanted yet.
    """
    if why != "rung" or "gevent" not in sys.modules:
        return  # a newborn is held, perhaps in an import
    quiet = 0
    for _ in range(_LOOKS):
        quiet = 0 if _imports(main_ident) else quiet + 1
        if quiet == _QUIET or not outlasts(_LOOK):
            return


def _imports(main_ident: int) -> bool:
    frame = sys._current_frames().get(main_ident)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
