"""Workarounds on steps that end because an error leaves the function (debugpy 1.8.22): pydevd loses them.

From 3.12 on, `sys.monitoring` tells of that by an event of its own, to which pydevd does not listen. Before,
a trace function is told of a return, which pydevd takes for a pause in coroutines and generators, unless the
line has a `return`. Either way the step has no end, and the thread runs on.
"""

from __future__ import annotations

import sys
from _thread import get_ident
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType

_TOOLS = (4, 3)
"""Those that `sys.monitoring` leaves to anybody: pydevd's own is to be called by the interpreter itself."""
_WORD = 2
"""Bytes of an instruction."""


class _Unwinding:
    """The threads that step; while there is one, the interpreter tells of functions that errors leave."""

    tool: int | None = None
    stepping: ClassVar[set[int]] = set()
    into: ClassVar[dict[int, int]] = {}
    """What a step is in the caller once its function has ended, as pydevd has it at returns."""


def claim() -> None:
    """Take a tool of the interpreter's, if one is free. Costs nothing until a thread steps."""
    monitor = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    free = [tool for tool in _TOOLS if monitor.get_tool(tool) is None]
    if _Unwinding.tool is None and free:
        monitor.use_tool_id(free[0], "hatchway")
        monitor.register_callback(free[0], monitor.events.PY_UNWIND, _unwound)
        _Unwinding.tool = free[0]


def give_back() -> None:
    """Free the tool."""
    monitor = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    tool, _Unwinding.tool = _Unwinding.tool, None
    _Unwinding.stepping.clear()
    if tool is not None:
        monitor.set_events(tool, 0)
        monitor.register_callback(tool, monitor.events.PY_UNWIND, None)
        monitor.free_tool_id(tool)


def end_steps_by_errors(pydevd: Any) -> None:
    """Have a step go on in the caller where an error leaves the function, as it does at a return."""
    from _pydevd_bundle import pydevd_comm_constants as commands

    mine, any_code = commands.CMD_STEP_INTO_MY_CODE, commands.CMD_STEP_INTO
    _Unwinding.into = {
        commands.CMD_STEP_OVER: any_code,
        commands.CMD_STEP_RETURN: any_code,
        commands.CMD_SMART_STEP_INTO: any_code,
        commands.CMD_STEP_OVER_MY_CODE: mine,
        commands.CMD_STEP_RETURN_MY_CODE: mine,
    }
    suspend = pydevd.PyDB.do_wait_suspend

    def suspend_and_note(debugger: Any, thread: Any, *args: Any, **kwargs: Any) -> Any:
        result = suspend(debugger, thread, *args, **kwargs)
        _note(is_stepping=thread.additional_info.pydev_step_cmd in _Unwinding.into)
        return result

    pydevd.PyDB.do_wait_suspend = suspend_and_note


def _note(*, is_stepping: bool) -> None:
    """Note of the calling thread whether it steps, and listen or no more."""
    if is_stepping:
        _Unwinding.stepping.add(get_ident())
    else:
        _Unwinding.stepping.discard(get_ident())
    tool = _Unwinding.tool
    if tool is None:
        return
    monitor = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    # Another thread may note the contrary meanwhile: the last one to look sets it right.
    while bool(_Unwinding.stepping) != bool(monitor.get_events(tool)):
        monitor.set_events(tool, monitor.events.PY_UNWIND if _Unwinding.stepping else 0)


def _unwound(code: CodeType, offset: int, error: BaseException) -> None:  # noqa: ARG001 - as it is told
    """Look whether an error has just ended the function that a step was in."""
    if get_ident() not in _Unwinding.stepping:
        return
    from _pydevd_sys_monitoring import _pydevd_sys_monitoring as monitoring

    thread_info = getattr(monitoring._thread_local_info, "thread_info", None)
    if thread_info is None:
        return
    info = thread_info.additional_info
    into = _Unwinding.into.get(info.pydev_step_cmd)
    if into is None:
        _note(is_stepping=False)  # it was told to run on
        return
    frame = sys._getframe(1)
    if info.pydev_step_stop is frame:
        info.pydev_step_cmd, info.pydev_step_stop = into, None
        monitoring._enable_code_tracing_for_frame_and_parents(thread_info, frame.f_back)


def tell_errors_from_pauses(pydevd: Any) -> None:
    """Have pydevd take for a return, in coroutines and generators, what an error leaves (3.10 and 3.11).

    It keeps the lines that have a `return` in a set, once for each code, and looks the present line up.
    """
    collect = pydevd.collect_return_info

    def collect_all(code: CodeType, *args: Any, **kwargs: Any) -> list[Any]:
        quiet = frozenset(_pauses_and_returns(code))
        lines = {line for _, _, line in code.co_lines() if line is not None}
        return [*collect(code, *args, **kwargs), *(_LineLeft(code, line, quiet) for line in lines)]

    pydevd.collect_return_info = collect_all


class _LineLeft:
    """A line of a coroutine that is equal to its number while an error leaves the coroutine there."""

    __slots__ = ("_code", "_line", "_quiet", "return_line")

    def __init__(self, code: CodeType, line: int, quiet: frozenset[int]) -> None:
        """Know the instructions at which no error leaves."""
        self.return_line = self
        self._code = code
        self._line = line
        self._quiet = quiet

    def __hash__(self) -> int:
        return hash(self._line)

    def __eq__(self, line: object) -> bool:
        return self._line == line and self._is_left()

    def _is_left(self) -> bool:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code is not self._code:
            frame = frame.f_back
        return frame is not None and frame.f_lasti not in self._quiet


def _pauses_and_returns(code: CodeType) -> Iterator[int]:
    """Yield where a frame stands when it pauses or returns."""
    import dis

    for instruction in dis.get_instructions(code):
        if instruction.opname == "YIELD_FROM":
            yield instruction.offset - _WORD  # 3.10 goes back, to come to it again
        elif instruction.opname.startswith(("YIELD_", "RETURN_")):
            yield instruction.offset
