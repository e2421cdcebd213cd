"""The stop where a test has failed: its exception is shown in the session, as it was raised."""

from __future__ import annotations

import sys
from types import TracebackType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any


def is_debugged() -> bool:
    """Tell whether this process is in a session."""
    return _session() is not None


def show(error: tuple[Any, BaseException, TracebackType | None]) -> None:
    """Stop the calling thread in the session, if there is one, with the frames that an exception has left."""
    kind, value, trace = error
    session, cut = _session(), of_the_test(trace)
    if session is None or cut is None:
        return
    try:
        session.stop_after((kind, value, cut))
    except Exception:
        pass  # the session has ended


def _session() -> Any:
    """Return the attachment of this process; None if there is none."""
    deactivate: Any = sys.modules.get("hatchway_agent.debugger.deactivate")
    try:
        return deactivate.active() if deactivate is not None else None
    except LookupError:
        return None


def of_the_test(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the runner's frames above the test, and those of the assertion in it."""
    links = []
    while trace is not None:
        links.append(trace)
        trace = trace.tb_next
    kept = links
    while kept and _is_runners(kept[0].tb_frame):
        kept = kept[1:]
    while kept and (
        _is_runners(kept[-1].tb_frame) or kept[-1].tb_frame.f_locals.get("__tracebackhide__") is True
    ):
        kept = kept[:-1]
    cut: TracebackType | None = None
    for link in reversed(kept or links):
        cut = TracebackType(cut, link.tb_frame, link.tb_lasti, link.tb_lineno)
    return cut


def _is_runners(frame: FrameType) -> bool:
    top = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return top in ("_pytest", "pluggy", "pytest", "unittest", "hatchway_agent")
