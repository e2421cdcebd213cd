"""The commands that look at a thread that stands still: stack, source, values."""

import json
from collections.abc import Generator
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb import sources
from hatchway.terminal.pdb.arriving import show_place, show_values
from hatchway.terminal.pdb.effects import Complain, Effect, Read, Say, Script
from hatchway.terminal.pdb.language import is_begun
from hatchway.terminal.pdb.showing import PAGE, listing, path_of
from hatchway.terminal.pdb.state import Position, State, lines_of, whole_stack
from hatchway.terminal.pdb.values import ask_value, run


def up(state: State, argument: str) -> Script:
    """u(p) [COUNT]: go to an older frame."""
    yield from _climb(state, argument, 1, "Oldest frame")


def down(state: State, argument: str) -> Script:
    """d(own) [COUNT]: go to a newer frame."""
    yield from _climb(state, argument, -1, "Newest frame")


def source_list(state: State, argument: str) -> Script:
    """l(ist) [FIRST[, LAST] | .]: show the source round the current line, or go on from there."""
    here = state.stand()
    first, last = _range(argument, here.listed, here.line)
    lines = yield from _source_here(state, here)
    yield from listing(lines, first, last, here.line, state.book.lines(path_of(here.frame)))
    here.listed = last
    if len(lines) < last:
        yield Say("[EOF]")


def whole_function(state: State, _: str) -> Script:
    """ll: show the whole function, or the whole file outside of one."""
    here = state.stand()
    lines = yield from _source_here(state, here)
    extent = sources.extent_of(lines, str(here.frame.get("name")), here.line)
    first, last = (extent.first, extent.last) if extent else (1, len(lines))
    yield from listing(lines, first, last, here.line, state.book.lines(path_of(here.frame)))


def args(state: State, _: str) -> Script:
    """a(rgs): show the arguments of this function."""
    here = state.stand()
    lines = yield from lines_of(state, here.frame.get("source") or {})
    for name in sources.arguments_of(lines, str(here.frame.get("name")), here.line):
        value = yield from ask_value("p", name, here.frame["id"])
        yield Say(f"{name} = ", value.text if value.good else f"*** undefined: {value.text} ***")


def show(state: State, argument: str) -> Script:
    """P EXPRESSION: show its value."""
    yield from _show(state, "p", argument)


def pretty(state: State, argument: str) -> Script:
    """Pp EXPRESSION: show its value, laid out over several lines."""
    yield from _show(state, "pp", argument)


def whatis(state: State, argument: str) -> Script:
    """Whatis EXPRESSION: show what kind of thing it is."""
    yield from _show(state, "whatis", argument)


def source(state: State, argument: str) -> Script:
    """Source EXPRESSION: show the source of a function, a class or a module."""
    here = state.stand()
    value = yield from ask_value("source", argument, here.frame["id"])
    if not value.good:
        yield Complain(value.text)
        return
    try:
        lines, first = json.loads(value.text)
    except ValueError:
        yield Complain("its source is too long to be shown")
        return
    for number, line in enumerate(lines, max(first, 1)):
        yield Say(f"{number:>3}  \t", line.rstrip())


def display(state: State, argument: str) -> Script:
    """Display [EXPRESSION]: show its value now and whenever it differs at a stop in this function."""
    here = state.stand()
    shown = show_values(state, here)
    if argument:
        value = yield from ask_value("p", argument, here.frame["id"])
        shown[argument] = value.displayed
        yield Say(f"display {argument}: ", shown[argument])
        return
    yield Say("Currently displaying:")
    for expression, text in shown.items():
        yield Say(f"{expression}: ", text)


def undisplay(state: State, argument: str) -> Script:
    """Undisplay [EXPRESSION]: show it no more; without one, show nothing more."""
    shown = show_values(state, state.stand())
    if not argument:
        shown.clear()
    elif shown.pop(argument, None) is None:
        yield Complain("not displaying " + argument)


def interact(state: State, _: str) -> Script:
    """interact: type Python in this frame, until the end of the input (Ctrl-D)."""
    here = state.stand()
    yield Say(f"Python in {path_of(here.frame)}({here.line}); Ctrl-D goes back")
    while (text := (yield Read(">>> "))) is not None:
        block = yield from read_block(text)
        if block.strip():
            yield from run_python(state, block)


def retval(state: State, _: str) -> Script:
    """retval: show what the function returns, where it is about to."""
    yield from _show(state, "p", "__return__")


def exceptions(state: State, argument: str) -> Script:
    """Exceptions [NUMBER]: list the exceptions that led to this one, or look at the frames of one of them."""
    here = state.stand()
    if not here.raised:
        msg = "it has not stopped at an exception"
        raise HatchwayError(msg)
    if not argument:
        for number, raised in enumerate(here.raised):
            mark = ">" if number == here.looked_at else " "
            yield Say(f"{mark} {f'{number:>3}' if raised.frames else '  -'} {raised.shown}")
        return
    if not argument.isdecimal():
        msg = "Argument must be an integer"
        raise HatchwayError(msg)
    if int(argument) >= len(here.raised):
        msg = "No exception with that number"
        raise HatchwayError(msg)
    if not (frames := here.raised[int(argument)].frames):
        msg = "This exception does not have a traceback, cannot jump to it"
        raise HatchwayError(msg)
    here.looked_at, here.frames, here.depth = int(argument), list(frames), len(frames)
    here.index, here.listed = 0, None
    yield from show_place(state)


def read_block(text: str) -> Generator[Effect, Any, str]:
    """Read on until a statement that was begun is whole; the answer is all of it. A pasted block is whole."""
    if "\n" in text:
        return text
    while is_begun(text):
        more = yield Read("... ")
        if more is None:
            break
        text = f"{text}\n{more}"
        if not more.strip():
            break
    return text


def run_python(state: State, text: str) -> Script:
    """Run Python in the frame looked at, and show its value if it has one."""
    here = state.stand()
    value = yield from run(text, here.frame["id"])
    if not value.good:
        yield Complain(value.text)
    elif value.text:
        yield Say("", value.text)


def _source_here(state: State, here: Position) -> Generator[Effect, Any, list[str]]:
    """Get the lines of the file looked at. Raises `HatchwayError` if there are none."""
    lines = yield from lines_of(state, here.frame.get("source") or {})
    if not lines:
        msg = f"the source of {path_of(here.frame)} is not to be had"
        raise HatchwayError(msg)
    return lines


def _show(state: State, kind: str, expression: str) -> Script:
    here = state.stand()
    if not expression:
        msg = "an expression is missing"
        raise HatchwayError(msg)
    value = yield from ask_value(kind, expression, here.frame["id"])
    yield Say("", value.text) if value.good else Complain(value.text)


def _climb(state: State, argument: str, direction: int, end: str) -> Script:
    here = state.stand()
    try:
        count = int(argument or 1)
    except ValueError:
        msg = f"Invalid frame count ({argument})"
        raise HatchwayError(msg) from None
    if direction > 0:
        here = yield from whole_stack(state)
    last = len(here.frames) - 1 if direction > 0 else 0
    if here.index == last:
        raise HatchwayError(end)
    wanted = here.index + direction * count
    # A negative count goes as far as it goes, as in pdb.
    here.index = last if count < 0 else max(0, min(wanted, len(here.frames) - 1))
    here.listed = None
    yield from show_place(state)


def _range(argument: str, listed: int | None, line: int) -> tuple[int, int]:
    """Tell which lines `list` means."""
    if not argument and listed is not None:
        return listed + 1, listed + PAGE
    if not argument or argument == ".":
        return max(1, line - 5), max(1, line - 5) + PAGE - 1
    first, comma, last = argument.partition(",")
    try:
        begin = int(first)
        if not comma:
            return max(1, begin - 5), max(1, begin - 5) + PAGE - 1
        end = int(last)
    except ValueError:
        msg = f"Error in argument: {argument!r}"
        raise HatchwayError(msg) from None
    return begin, end if end >= begin else begin + end


TABLE: Final = {
    "up": up,
    "down": down,
    "list": source_list,
    "longlist": whole_function,
    "args": args,
    "p": show,
    "pp": pretty,
    "whatis": whatis,
    "source": source,
    "display": display,
    "undisplay": undisplay,
    "interact": interact,
    "retval": retval,
    "exceptions": exceptions,
}
