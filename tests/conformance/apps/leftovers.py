"""What the applications answer beside `who`: a hang, and what a debugger leaves in a process."""

import os
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any


def hang() -> dict[str, Any]:
    """Hang for real: neither gevent nor a loop gets a turn."""
    return {"never": os.read(os.pipe()[0], 1)}


def traces() -> dict[str, Any]:
    """Tell of trace functions, monitoring tools, threads: never debugged, there is the doorbell's alone."""
    monitoring = getattr(sys, "monitoring", None)
    return {
        "pid": os.getpid(),
        "tool": monitoring.get_tool(monitoring.DEBUGGER_ID) if monitoring else None,
        "tracers": [str(found) for found in (sys.gettrace(), threading.gettrace()) if found],
        "threads": sorted(name for frame in sys._current_frames().values() for name in debuggers(frame)),
    }


def debuggers(frame: FrameType | None) -> Iterator[str]:
    """Yield which debugger's module a thread began in, if it began in one."""
    began = ""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        # Below a thread of the application's that was started while attached, this stays: it does nothing.
        began = name if name != "_pydev_bundle.pydev_monkey" else began
        frame = frame.f_back
    if began.startswith(("hatchway", "pydev", "_pydev")):
        yield began
