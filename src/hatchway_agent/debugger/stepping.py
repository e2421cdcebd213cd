"""Workarounds on where pydevd (debugpy 1.8.22) stops: before a return, in code that goes on after a wait."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType


def see_resumed_code() -> None:
    """Look at generators and coroutines that go on, too: pydevd looks at code that starts or is on a stack.

    Without that a breakpoint never stops in a coroutine that was waiting when it was set.
    """
    from _pydevd_sys_monitoring import _pydevd_sys_monitoring as monitoring
    from _pydevd_sys_monitoring import pydevd_sys_monitoring as front

    monitor = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
    update = monitoring.update_monitor_events

    def update_with_resumed(suspend_requested: bool | None = None) -> None:  # noqa: FBT001
        update(suspend_requested)
        tool, resumed = monitor.DEBUGGER_ID, monitor.events.PY_RESUME
        if monitor.get_tool(tool) == "pydevd" and monitor.get_events(tool) & resumed:
            monitor.register_callback(tool, resumed, monitoring._start_method_event)

    monitoring.update_monitor_events = front.update_monitor_events = update_with_resumed


class _Returns:
    """Whether a step that ends in a return is to stop before it, as pdb does, or in the caller, as pydevd."""

    wanted = False


def stop_at_returns(pydevd: Any) -> None:
    """Have steps stop at returns for a client whose `attach` says `stopAtReturn`; the value is `__return__`.

    pydevd waits inside the event of the return and only shows the caller, so the function is there still.
    Such a client also finds `__exception__` where it was raised, whatever kind of stop it is.
    """
    from _pydevd_bundle.pydevd_comm_constants import CMD_STEP_INTO, CMD_STEP_OVER
    from _pydevd_bundle.pydevd_frame_utils import exception_on_frame

    suspend = pydevd.PyDB.do_wait_suspend
    attach = pydevd.PyDevJsonCommandProcessor.on_attach_request

    def suspend_before_return(
        debugger: Any, thread: Any, frame: FrameType, event: str, arg: Any, *args: Any, **kwargs: Any
    ) -> Any:
        if event == "exception" and _Returns.wanted:
            with exception_on_frame(_innermost(arg) or frame, arg):
                return suspend(debugger, thread, frame, event, arg, *args, **kwargs)
        ending = _frame_above(frame) if event == "return" and _Returns.wanted else None
        if ending is None:
            return suspend(debugger, thread, frame, event, arg, *args, **kwargs)
        ending.f_locals["__return__"] = arg
        result = suspend(debugger, thread, ending, event, arg, *args, **kwargs)
        info = thread.additional_info
        if info.pydev_step_cmd not in (-1, CMD_STEP_INTO):
            # It has returned: what would step in it steps in its caller.
            info.pydev_step_cmd = CMD_STEP_OVER
            info.pydev_step_stop = frame
            debugger.set_trace_for_frame_and_parents(thread.ident, frame)
        return result

    def note_wish(processor: Any, debugger: Any, request: Any) -> Any:
        _Returns.wanted = request.arguments.kwargs.get("stopAtReturn") is True
        return attach(processor, debugger, request)

    pydevd.PyDB.do_wait_suspend = suspend_before_return
    pydevd.PyDevJsonCommandProcessor.on_attach_request = note_wish


def _frame_above(frame: FrameType) -> FrameType | None:
    """Return the frame of this thread that another one called."""
    above: FrameType | None = sys._getframe()
    while above is not None and above.f_back is not frame:
        above = above.f_back
    return above


def _innermost(raised: Any) -> FrameType | None:
    """Return the frame in which an exception was raised, of `(type, value, traceback)`."""
    trace = raised[2] if isinstance(raised, tuple) else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return None if trace is None else trace.tb_frame
