"""The commands on workers: who there is, whom to look at, where all of them stand."""

from typing import Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb.arriving import arrive
from hatchway.terminal.pdb.crew import label_for, name_of
from hatchway.terminal.pdb.effects import Ask, Say, Script
from hatchway.terminal.pdb.showing import entry, table
from hatchway.terminal.pdb.state import State, lines_of, look_round, whole_stack


def workers(state: State, _: str) -> Script:
    """workers: list all workers and how they fare; `->` marks the one shown."""
    yield from look_round(state)
    standing = {stop.label for stop in state.crew.waiting.values()}
    rows = [("", "#", "WORKER", "PID", "PYTHON", "STATE")]
    for number, process in enumerate(state.crew.workers(), 1):
        label = label_for(process)
        mark = "->" if label == state.label else ""
        fares = "stopped, waiting" if label in standing else str(process.get("state", ""))
        rows.append((mark, str(number), name_of(process), str(process["pid"]), str(process["python"]), fares))
    if len(rows) == 1:
        yield Say("there is no worker yet")
        return
    yield from table(rows, state.width, spare=(4, 3))  # the state is what one asks for


def worker(state: State, argument: str) -> Script:
    """Worker NUMBER: look at this worker, by its number in `workers` or by its pid."""
    yield from look_round(state)
    process = state.crew.by_number(argument)
    if process is None:
        msg = (
            f"there is no worker {argument}: `workers` lists them"
            if argument
            else "which? `workers` lists them"
        )
        raise HatchwayError(msg)
    label = label_for(process)
    if state.here is not None and state.here.stop.label == label:
        return
    stop = next((stop for stop in state.crew.waiting.values() if stop.label == label), None)
    if stop is None:
        state.put_back()
        state.label, state.thread = label, 0
        yield Say(f"{name_of(process)} runs: `c` waits for a stop, Ctrl-C pauses it meanwhile")
        return
    state.put_back()
    state.crew.left(stop.thread)
    yield from arrive(state, stop)


def controls(state: State, _: str) -> Script:
    """controls: take the controls from the editor that has them; stops are shown here from now on."""
    del state
    yield Ask("hatchwayTakeControls")


def where(state: State, argument: str) -> Script:
    """w(here): show the stack, the newest frame last. `where all` shows all threads that stand still."""
    if argument not in ("", "all"):
        msg = "where takes nothing, or `all`"
        raise HatchwayError(msg)
    if argument:
        yield from _everyone(state)
        return
    here = yield from whole_stack(state)
    for index in range(len(here.frames) - 1, -1, -1):
        frame = here.frames[index]
        lines = yield from lines_of(state, frame.get("source") or {})
        yield from entry(frame, lines, current=index == here.index, line=here.line_of(index))


def _everyone(state: State) -> Script:
    yield from look_round(state)
    stops = [*([state.here.stop] if state.here else []), *state.crew.waiting.values()]
    if not stops:
        yield Say("nothing is stopped")
    for stop in stops:
        process = state.crew.find(stop.label)
        yield Say(f"{name_of(process) if process else stop.label}:")
        try:
            body = yield Ask("stackTrace", {"threadId": stop.thread, "startFrame": 0, "levels": 0})
        except HatchwayError as error:
            yield Say(f"  {error.message}")
            continue
        for frame in reversed(body.get("stackFrames", [])):
            lines = yield from lines_of(state, frame.get("source") or {})
            yield from entry(frame, lines, current=False)


TABLE: Final = {"workers": workers, "worker": worker, "controls": controls, "where": where}
