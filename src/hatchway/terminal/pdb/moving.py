"""The commands that let a thread run on: steps, jumps, and on to the next stop."""

import contextlib
from collections.abc import Generator, Mapping
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb.arriving import Step, arrive, show_place
from hatchway.terminal.pdb.crew import Stopped
from hatchway.terminal.pdb.effects import Ask, Effect, Go, Script
from hatchway.terminal.pdb.state import Position, State
from hatchway.terminal.pdb.values import ask_value

MOST_STEPS: Final = 100_000
"""Steps that `until` makes at most."""


def next_line(state: State, _: str) -> Script:
    """n(ext): run on to the next line of this function, or until it returns."""
    yield from _step(state, "next")


def step(state: State, _: str) -> Script:
    """s(tep): run one line; stop inside a function that it calls."""
    yield from _step(state, "stepIn")


def finish(state: State, _: str) -> Script:
    """r(eturn): run on until this function returns."""
    here = state.stand()
    here.called = None
    yield from _go(state, "stepOut")


def run_on(state: State, argument: str) -> Script:
    """c(ont(inue)): run on to the next stop of any worker. `continue all` lets all run that stand still."""
    if argument not in ("", "all"):
        msg = "continue takes nothing, or `all`"
        raise HatchwayError(msg)
    yield from _take_back(state)
    threads = list(state.crew.waiting) if argument else []
    if state.here is not None:
        threads.insert(0, state.here.thread)
    state.leave()
    for thread in threads:
        state.crew.left(thread)
        yield Ask("continue", {"threadId": thread})
    state.waits = True


def _take_back(state: State) -> Script:
    """Take back each pause that did not end in a stop yet: it would stop a worker at any later moment."""
    while state.crew.pausing:
        with contextlib.suppress(HatchwayError):  # the thread is over, or another client has the controls
            yield Ask("continue", {"threadId": state.crew.pausing.pop()})


def until(state: State, argument: str) -> Script:
    """unt(il) [LINE]: run on until a line greater than this one (or at least LINE), or until it returns."""
    here = state.stand()
    if argument and not argument.isdecimal():
        msg = f"Error in argument: {argument!r}"
        raise HatchwayError(msg)
    if argument and int(argument) <= here.line:
        msg = '"until" line number is smaller than current line number'
        raise HatchwayError(msg)
    wanted = int(argument) if argument else here.line + 1
    here.called = None
    for _ in range(MOST_STEPS):
        stop = yield from _run(here, "next")
        if stop is None:
            state.leave()
            return
        if stop.body.get("reason") != "step" or (yield from _is_there(here, stop, wanted)):
            state.leave()
            yield from arrive(state, stop, Step("next", here.depth))
            return


def jump(state: State, argument: str) -> Script:
    """j(ump) LINE: have LINE run next, in the newest frame; what is between does not run."""
    here = state.stand()
    if not argument.isdecimal():
        msg = "The 'jump' command requires a line number"
        raise HatchwayError(msg)
    if here.index:
        msg = "You can only jump within the bottom frame"
        raise HatchwayError(msg)
    place = {"source": here.frame.get("source"), "line": int(argument)}
    targets = (yield Ask("gotoTargets", place)).get("targets", [])
    if not targets:
        msg = f"Jump failed: line {argument} cannot be jumped to"
        raise HatchwayError(msg)
    try:
        yield from _go(state, "goto", {"targetId": targets[0]["id"]})
    except HatchwayError as error:
        msg = f"Jump failed: {error.message}"
        raise HatchwayError(msg) from None


def _step(state: State, command: str) -> Script:
    here = state.stand()
    if here.called is not None:  # on the `def`: its first line is where the thread stands already
        here.called, here.index = None, 0
        yield from show_place(state)
        return
    yield from _go(state, command)


def _go(state: State, command: str, more: Mapping[str, Any] | None = None) -> Script:
    here = state.stand()
    stop = yield from _run(here, command, more)
    state.leave()
    if stop is not None:
        yield from arrive(state, stop, Step(command, here.depth))


def _run(
    here: Position, command: str, more: Mapping[str, Any] | None = None
) -> Generator[Effect, Any, Stopped | None]:
    body = yield Go(command, {"threadId": here.thread, **(more or {})})
    return None if body is None else Stopped(here.thread, here.stop.label, body)


def _is_there(here: Position, stop: Stopped, line: int) -> Generator[Effect, Any, bool]:
    body = yield Ask("stackTrace", {"threadId": stop.thread, "startFrame": 0, "levels": 1})
    frames = body.get("stackFrames", [])
    if not frames or int(body.get("totalFrames", 0)) < here.depth or int(frames[0].get("line", 0)) >= line:
        return True
    return (yield from ask_value("p", "__return__", frames[0]["id"])).good


TABLE: Final = {
    "next": next_line,
    "step": step,
    "return": finish,
    "continue": run_on,
    "until": until,
    "jump": jump,
}
