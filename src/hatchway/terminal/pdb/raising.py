"""An exception that a thread has stopped at: told as Python does, with those that led to it."""

import json
from collections.abc import Generator
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb.effects import Ask, Effect, Say, Script
from hatchway.terminal.pdb.showing import traced
from hatchway.terminal.pdb.state import Position, Raised, State, chained_frames_of, lines_of, whole_stack
from hatchway.terminal.pdb.values import ask_value

NO_STDIN: Final = (
    "the debugger reads its commands from stdin, so the program has none.\n"
    "  Give the commands with -c, then stdin is the program's"
)
_BETWEEN: Final = {
    "cause": "The above exception was the direct cause of the following exception:",
    "context": "During handling of the above exception, another exception occurred:",
}


def tell_exception(state: State, position: Position) -> Script:
    """Show the traceback as Python does: pydevd's own begins with the newest frame."""
    try:
        told = yield Ask("exceptionInfo", {"threadId": position.thread})
    except HatchwayError:
        return
    yield from whole_stack(state)
    name = str(told.get("exceptionId", "")).partition("  ")[0].removeprefix("builtins.")  # then a note
    said = str(told.get("description", ""))
    last = Raised(name, f"{name}: {said}" if said else name, "", list(position.frames))
    position.raised = (yield from _earlier(position, last)) or [last]
    position.looked_at = len(position.raised) - 1
    for raised in position.raised:
        yield from _traceback(state, raised)
    if name == "EOFError" and state.has_no_stdin:
        yield Say(f"hatchway: {NO_STDIN}")


def _traceback(state: State, raised: Raised) -> Script:
    if raised.frames:
        yield Say("Traceback (most recent call last):")
    for frame in reversed(raised.frames):
        lines = yield from lines_of(state, frame.get("source") or {})
        yield from traced(frame, lines)
    yield Say(raised.text)
    if raised.led_by:
        yield Say(f"\n{_BETWEEN[raised.led_by]}\n")


def _earlier(position: Position, last: Raised) -> Generator[Effect, Any, list[Raised]]:
    """Return all of the chain, the oldest first; nothing if it is not to be had."""
    value = yield from ask_value("chain", "__exception__[1]", position.frames[0]["id"])
    try:
        chain = json.loads(value.text) if value.good else []
    except ValueError:
        chain = []  # too long to be shown
    if not isinstance(chain, list) or not chain:
        return []
    body = yield Ask("stackTrace", {"threadId": position.thread, "startFrame": 0, "levels": 0})
    frames = chained_frames_of(body)
    found = [Raised(chain[0][0], last.text, "", last.frames)]
    for shown, text, count, led_by in chain[1:]:
        own, frames = frames[:count], frames[count:]
        found.append(Raised(shown, text, led_by, own[::-1] if len(own) == count else []))
    return found[::-1]
