"""What happens when a thread stops: hits are counted, the place is shown, then what `display` asks for."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb import sources
from hatchway.terminal.pdb.breakpoints import send
from hatchway.terminal.pdb.crew import Stopped
from hatchway.terminal.pdb.effects import Ask, Effect, Say, Script
from hatchway.terminal.pdb.raising import tell_exception
from hatchway.terminal.pdb.showing import entry, path_of
from hatchway.terminal.pdb.state import AT_ONCE, Position, State, frames_of, lines_of, look_round
from hatchway.terminal.pdb.values import ask_value


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was made."""

    command: str
    """DAP's."""
    depth: int
    """How deep the stack was."""


def arrive(state: State, stop: Stopped, step: Step | None = None) -> Script:
    """Take a stop: show where it is, unless it was at a breakpoint that is not to count.

    `step` is what brought the same thread here, if it was one.
    """
    hits = list(stop.body.get("hitBreakpointIds", []))
    commands = state.book.commands(hits)
    counts, ended = state.book.take_hits(hits)
    for one in ended:
        if one.number:
            yield Say(f"Deleted breakpoint {one.number} at {one.where}")
        yield from send(state.book, one.path, one.source)
    if not counts:
        yield Ask("continue", {"threadId": stop.thread})
        return
    try:
        position = yield from _look(stop)
    except HatchwayError:
        return  # it ran on meanwhile, or its worker is gone
    state.files.clear()
    if stop.label != state.label or state.crew.find(stop.label) is None:
        yield from look_round(state, stop.label)
    state.here, state.label, state.thread = position, stop.label, stop.thread
    if stop.body.get("reason") == "exception":
        yield from tell_exception(state, position)
    elif step is not None:
        yield from _find_edge(state, position, step)
    state.ahead = commands
    if "silent" not in commands:
        yield from show_place(state)
        yield from _show_displays(state, position)


def show_place(state: State) -> Script:
    """Show the frame that is looked at."""
    here = state.stand()
    lines = yield from lines_of(state, here.frame.get("source") or {})
    returns = here.returns if here.index == 0 else None
    yield from entry(here.frame, lines, current=True, line=here.line, returns=returns)


def show_values(state: State, position: Position) -> dict[str, str]:
    """Return the expressions displayed in the function that is looked at."""
    return state.displays.setdefault((str(position.frame.get("name")), path_of(position.frame)), {})


def _look(stop: Stopped) -> Generator[Effect, Any, Position]:
    body = yield Ask("stackTrace", {"threadId": stop.thread, "startFrame": 0, "levels": AT_ONCE})
    frames = frames_of(body)
    if not frames:
        msg = "the thread has no frame of Python's"
        raise HatchwayError(msg)
    left = int(body.get("totalFrames", 0)) - len(body["stackFrames"])
    return Position(stop, frames, len(frames) + max(0, left))


def _find_edge(state: State, position: Position, step: Step) -> Script:
    """Tell whether the step ended in a call or before a return."""
    if position.depth > step.depth:
        if step.command == "stepIn":
            yield from _enter_call(state, position)
        return
    value = yield from ask_value("brief", "__return__", position.frame["id"])
    if value.good:
        yield Say("--Return--")
        position.returns = value.text


def _enter_call(state: State, position: Position) -> Script:
    """Stand on the `def` first, as pdb does: the arguments are there, no line has run."""
    frame = position.frame
    lines = yield from lines_of(state, frame.get("source") or {})
    extent = sources.extent_of(lines, str(frame.get("name")), position.line)
    position.called = extent.first if extent else position.line
    yield Say("--Call--")


def _show_displays(state: State, position: Position) -> Script:
    shown = show_values(state, position)
    for expression, old in list(shown.items()):
        value = yield from ask_value("p", expression, position.frame["id"])
        text = value.displayed
        if text != old:
            yield Say(f"display {expression}: ", f"{text}  [old: {old}]")
            shown[expression] = text
