"""The commands on breakpoints: set, list, clear, and say when they count."""

import json
import posixpath
import re
from collections.abc import Generator, Mapping
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb import sources
from hatchway.terminal.pdb.breakpoints import FUNCTIONS, Breakpoint, send
from hatchway.terminal.pdb.effects import Effect, Read, Say, Script, Source
from hatchway.terminal.pdb.showing import path_of
from hatchway.terminal.pdb.state import State, lines_of
from hatchway.terminal.pdb.values import ask_value

_PENDING: Final = "pending"
"""How the hub begins to say that it only waits for workers, which is no news."""


def set_breakpoint(state: State, argument: str) -> Script:
    """b(reak) [[FILE:]LINE | FUNCTION[, CONDITION]]: stop there, in every worker; list all without one."""
    if argument:
        yield from _set(state, argument, temporary=False)
    else:
        yield from _list(state)


def set_temporary(state: State, argument: str) -> Script:
    """Tbreak [FILE:]LINE | FUNCTION[, CONDITION]: stop there once, in whichever worker comes first."""
    if argument:
        yield from _set(state, argument, temporary=True)
    else:
        yield from _list(state)


def clear(state: State, argument: str) -> Script:
    """cl(ear) [FILE:LINE | NUMBER ...]: clear these breakpoints; without any, all, after a question."""
    if not argument:
        answer = yield Read("Clear all breaks? ")
        if str(answer or "").strip().lower() not in ("y", "yes"):
            return
        found = list(state.book.kept.values())
    elif ":" in argument:
        path, _, line = argument.rpartition(":")
        source = yield from _find_file(state, path)
        found = state.book.at(str(source.get("path")), int(line) if line.isdecimal() else 0)
        if not found:
            msg = f"There are no breakpoints at {argument}"
            raise HatchwayError(msg)
    else:
        found = [_numbered(state, word) for word in argument.split()]
    for one in found:
        state.book.forget(one)
        yield Say(f"Deleted breakpoint {one.number} at {one.where}")
    for path in dict.fromkeys(one.path for one in found):
        yield from send(state.book, path)


def condition(state: State, argument: str) -> Script:
    """Condition NUMBER [CONDITION]: stop only if it holds; always, without one."""
    number, _, text = argument.partition(" ")
    one = _numbered(state, number)
    one.condition = text.strip()
    yield from send(state.book, one.path)
    yield Say(
        f"New condition set for breakpoint {one.number}."
        if one.condition
        else f"Breakpoint {one.number} is now unconditional."
    )


def ignore(state: State, argument: str) -> Script:
    """Ignore NUMBER [COUNT]: pass it so often without a stop."""
    number, _, count = argument.partition(" ")
    one = _numbered(state, number)
    one.ignored = max(0, int(count)) if count.strip().isdecimal() else 0
    if one.ignored:
        crossings = f"{one.ignored} crossings" if one.ignored > 1 else "1 crossing"
        yield Say(f"Will ignore next {crossings} of breakpoint {one.number}.")
    else:
        yield Say(f"Will stop next time breakpoint {one.number} is reached.")


def commands(state: State, argument: str) -> Script:
    """Commands [NUMBER]: type what is done whenever it stops, up to `end`; `silent`: without the place."""
    one = _numbered(state, argument.strip() or str(state.book.last))
    lines: list[str] = []
    while (line := (yield Read("(com) "))) is not None and line.strip() != "end":
        lines.append(line.strip())
    one.commands = tuple(filter(None, lines))


def silent(state: State, _: str) -> Script:
    """silent: among `commands`, do not show the place."""
    del state
    yield from ()


def enable(state: State, argument: str) -> Script:
    """Enable NUMBER ...: have these breakpoints stop again."""
    yield from _switch(state, argument, enabled=True)


def disable(state: State, argument: str) -> Script:
    """Disable NUMBER ...: have these breakpoints not stop, but keep them."""
    yield from _switch(state, argument, enabled=False)


def _switch(state: State, argument: str, *, enabled: bool) -> Script:
    for word in argument.split():
        one = _numbered(state, word)
        one.enabled = enabled
        yield from send(state.book, one.path)
        yield Say(f"{'Enabled' if enabled else 'Disabled'} breakpoint {one.number} at {one.where}")


def _set(state: State, argument: str, *, temporary: bool) -> Script:
    place, _, text = argument.partition(",")
    source, line, function = yield from _resolve(state, place.strip())
    if not function:
        lines = yield from lines_of(state, source)
        if why := sources.cannot_stop(lines, line):
            raise HatchwayError(why)
    one = state.book.add(source, line, function=function, condition=text.strip(), temporary=temporary)
    try:
        yield from send(state.book, one.path)
    except HatchwayError:
        state.book.forget(one)
        raise
    yield Say(f"Breakpoint {one.number} at {one.where}")
    if one.message and not one.message.startswith(_PENDING):
        yield Say(f"  {one.message}")


def _resolve(state: State, place: str) -> Generator[Effect, Any, tuple[Mapping[str, Any], int, str]]:
    """Find what a place means: a source and a line, or the name of a function that nobody knows yet."""
    name, colon, number = place.rpartition(":")
    if colon and number.strip().isdecimal():
        return (yield from _find_file(state, name)), int(number), ""
    if place.isdecimal():
        return dict(state.stand().frame.get("source") or {}), int(place), ""
    if not re.fullmatch(r"[\w.]+(\(\))?", place):
        msg = f"The specified object {place!r} is not a function or was not found along sys.path."
        raise HatchwayError(msg)
    place = place.removesuffix("()")
    if state.here is None:
        return {"path": FUNCTIONS}, 0, place
    value = yield from ask_value("code", place, state.here.frame["id"])
    if not value.good:
        lines = yield from lines_of(state, state.here.frame.get("source") or {})
        line = sources.line_of_function(lines, place)
        if line is None:
            msg = f"The specified object {place!r} is not a function or was not found along sys.path."
            raise HatchwayError(msg)
        return dict(state.here.frame.get("source") or {}), line, ""
    path, line = json.loads(value.text)
    return (yield from _find_file(state, path)), line, ""


def _find_file(state: State, name: str) -> Generator[Effect, Any, Mapping[str, Any]]:
    """Find a file as a person names it: from here, or beside the file that is looked at."""
    frame = state.here.frame if state.here is not None else {}
    if state.here is not None and path_of(frame).endswith(f"/{name}") and frame.get("source"):
        return dict(frame["source"])
    folders = [state.cwd, *([posixpath.dirname(path_of(frame))] if frame else [])]
    names = [name] if name.endswith(".py") else [f"{name}.py", name]
    for folder in folders:
        for one in names:
            source = {"path": posixpath.normpath(posixpath.join(folder, one))}
            if (yield Source(source)):
                return source
    if posixpath.isabs(name):
        return {"path": name}  # in a container only
    msg = f"{name!r} not found from {state.cwd}"
    raise HatchwayError(msg)


def _list(state: State) -> Script:
    if state.book.kept:
        yield Say("Num Type         Disp Enb   Where")
    for one in state.book.kept.values():
        disposal, enabled = "del " if one.temporary else "keep", "yes" if one.enabled else "no "
        yield Say(f"{one.number:<4}breakpoint   {disposal} {enabled}   at {one.where}")
        if one.condition:
            yield Say(f"\tstop only if {one.condition}")
        if one.ignored:
            yield Say(f"\tignore next {one.ignored} hits")
        for line in one.commands:
            yield Say(f"\t{line}")
        if one.hits:
            yield Say(f"\tbreakpoint already hit {one.hits} time{'s' if one.hits > 1 else ''}")
        if one.message:
            yield Say(f"\t{one.message}")


def _numbered(state: State, word: str) -> Breakpoint:
    if not word.strip():
        msg = "Breakpoint number expected"
        raise HatchwayError(msg)
    if not word.isdecimal():
        msg = f"Non-numeric breakpoint number {word}"
        raise HatchwayError(msg)
    if int(word) not in state.book.kept:
        msg = (
            f"Breakpoint {word} already deleted"
            if int(word) <= state.book.last
            else f"Breakpoint number {word} out of range"
        )
        raise HatchwayError(msg)
    return state.book.kept[int(word)]


TABLE: Final = {
    "break": set_breakpoint,
    "tbreak": set_temporary,
    "clear": clear,
    "condition": condition,
    "ignore": ignore,
    "commands": commands,
    "silent": silent,
    "enable": enable,
    "disable": disable,
}
