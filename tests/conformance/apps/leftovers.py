"""What a debugger leaves in a process: trace functions, monitoring tools, threads."""

import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any


def leftovers() -> dict[str, Any]:
    """Return what is there now; in a process never debugged it is the thread of the doorbell alone."""
    monitoring = getattr(sys, "monitoring", None)
    return {
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
