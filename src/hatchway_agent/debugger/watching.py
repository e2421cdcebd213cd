"""Workarounds on what pydevd (debugpy 1.8.22) leaves of `sys.monitoring`: events, what it knows of code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType


class _Watched:
    """The code objects whose local events pydevd switched on."""

    def __init__(self) -> None:
        self.open = False
        self.code: dict[int, CodeType] = {}


_watched = _Watched()


def note_watched_code() -> None:
    """Note whose local events pydevd switches on, as it never switches them off again; none after the end."""
    from _pydevd_sys_monitoring import _pydevd_sys_monitoring as monitoring

    monitor = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    events = monitor.events

    def watch(code: CodeType, wanted: int) -> None:
        if not _watched.open:
            return
        _watched.code[id(code)] = code
        try:
            monitoring._ensure_monitoring()
            monitor.set_local_events(0, code, monitor.get_local_events(0, code) | wanted)
        except ValueError:
            pass  # the tool was freed this instant; our error would be raised in the application's function

    monitoring._enable_line_tracing = lambda code: watch(code, events.LINE | events.JUMP)
    monitoring._enable_return_tracing = lambda code: watch(code, events.PY_RETURN)


def begin() -> None:
    """Let pydevd switch events on."""
    _watched.open = True


def end() -> None:
    """Leave no global event, no local one (freeing a tool keeps them on 3.12 and 3.13), and no tool."""
    monitor = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    _watched.open = False
    if monitor.get_tool(monitor.DEBUGGER_ID) == "pydevd":
        monitor.set_events(monitor.DEBUGGER_ID, 0)
        for code in _watched.code.values():
            monitor.set_local_events(monitor.DEBUGGER_ID, code, 0)
        for event in ("PY_START", "PY_RESUME", "LINE", "JUMP", "PY_RETURN", "RAISE", "PY_UNWIND"):
            monitor.register_callback(monitor.DEBUGGER_ID, getattr(monitor.events, event), None)
        monitor.free_tool_id(monitor.DEBUGGER_ID)
    _watched.code.clear()


def forget_code() -> None:
    """Have no breakpoint of this attachment taken for one of the next (TRAP 2); let go of the code.

    What is known of a code object is cached by `PyDB.mtime`, which begins at the same value in each new PyDB.
    """
    from _pydevd_sys_monitoring import _pydevd_sys_monitoring as monitoring

    monitoring._code_to_func_code_info_cache.clear()
    monitoring._get_code_line_info.__defaults__[0].clear()
    monitoring.reset_thread_local_info()
