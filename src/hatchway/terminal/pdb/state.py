"""What the debugger knows between two commands: where it stands, and what the person has set up."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from hatchway.errors import HatchwayError
from hatchway.terminal.pdb.breakpoints import Book
from hatchway.terminal.pdb.crew import Crew, Stopped
from hatchway.terminal.pdb.effects import Ask, Effect, Script, Snapshot, Source

_CHAINED: Final = "[Chained Exc: "
AT_ONCE: Final = 20
"""Frames fetched at a stop; the others when somebody goes there."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception of the chain that a thread has stopped at."""

    shown: str
    """Its `repr`, cut."""
    text: str
    """What a traceback ends with."""
    led_by: str
    """How it led to the next one: `cause` or `context`; empty for the last."""
    frames: Sequence[Mapping[str, Any]]
    """The newest first; none if it was never raised, or they are not to be had."""


@dataclass(slots=True)
class Position:
    """Where a thread stands, and which of its frames is looked at."""

    stop: Stopped
    frames: list[Mapping[str, Any]]
    """The newest first."""
    depth: int
    """How many there are."""
    index: int = 0
    called: int | None = None
    """The line of the `def` that was just entered: the newest frame is shown there."""
    returns: str | None = None
    """What the newest frame is about to return."""
    listed: int | None = None
    """The last line that `list` showed."""
    raised: Sequence[Raised] = ()
    """If it stopped at an exception: that, last, and those that led to it."""
    looked_at: int = 0
    """Which of them the frames are of."""

    @property
    def thread(self) -> int:
        """Return the thread's handle."""
        return self.stop.thread

    @property
    def frame(self) -> Mapping[str, Any]:
        """Return the frame that is looked at."""
        return self.frames[self.index]

    @property
    def line(self) -> int:
        """Return the line that is shown."""
        return self.line_of(self.index)

    def line_of(self, index: int) -> int:
        """Return the line shown of a frame."""
        if index == 0 and self.called is not None:
            return self.called
        return int(self.frames[index].get("line", 0))


@dataclass(slots=True)
class State:
    """All of it."""

    cwd: str
    width: int = 80
    """Of the terminal, as it was when the last line was typed."""
    crew: Crew = field(default_factory=Crew)
    book: Book = field(default_factory=Book)
    here: Position | None = None
    label: str = ""
    """The worker shown last, whether or not it stands still."""
    thread: int = 0
    """Its thread."""
    aliases: dict[str, str] = field(default_factory=dict)
    displays: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """By function and file: the expressions to show at each stop there, and what they were last."""
    waits: bool = True
    """Where nothing is stopped, the next stop is waited for; else commands are read meanwhile."""
    ahead: list[str] = field(default_factory=list)
    """The commands of the breakpoint stopped at that are still to be done."""
    repeated: str = ""
    """What a blank line does."""
    has_no_stdin: bool = False
    """Of the program: the lines that are typed are the debugger's."""
    files: dict[str, list[str]] = field(default_factory=dict)
    """Sources read since the last stop."""

    def stand(self) -> Position:
        """Return where it stands. Raises `HatchwayError` if nothing is stopped."""
        if self.here is None:
            msg = "nothing is stopped: `c` waits for the next stop"
            raise HatchwayError(msg)
        return self.here

    def put_back(self) -> None:
        """Look away from where it stands: that stop waits for its turn again."""
        if self.here is not None:
            self.crew.waiting[self.here.thread] = self.here.stop
            self.leave()

    def leave(self) -> None:
        """Note that the thread looked at runs on."""
        self.here = None
        self.ahead.clear()
        self.files.clear()


def frames_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the frames of a stack under their own names: pydevd marks the one that an exception came to.

    It also puts the frames of earlier exceptions at the end, which nobody can go up to.
    """
    names = [(frame, str(frame.get("name", ""))) for frame in body.get("stackFrames", [])]
    return [
        {**frame, "name": name.removesuffix(" (Current frame)")}
        for frame, name in names
        if not name.startswith(_CHAINED)
    ]


def chained_frames_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the frames of earlier exceptions: those of the latest first, of each the oldest first."""
    names = [(frame, str(frame.get("name", ""))) for frame in body.get("stackFrames", [])]
    # What is in the brackets is the exception's text, which may have brackets of its own.
    return [{**frame, "name": name.rpartition("] ")[2]} for frame, name in names if name.startswith(_CHAINED)]


def lines_of(state: State, source: Mapping[str, Any]) -> Generator[Effect, Any, list[str]]:
    """Get the lines of a DAP source, from memory if they were read since the last stop."""
    key = f"{source.get('path')}:{source.get('sourceReference', 0)}"
    if key not in state.files:
        state.files[key] = yield Source(source)
    return state.files[key]


def look_round(state: State, label: str = "") -> Script:
    """Learn who runs; a worker that is named is waited for a moment, as `Snapshot` says."""
    state.crew.processes = (yield Snapshot(label)).get("processes", ())


def whole_stack(state: State) -> Generator[Effect, Any, Position]:
    """Have all frames there are."""
    here = state.stand()
    if len(here.frames) < here.depth:
        # Not `levels: 0` for all that are left: pydevd then gives all from the first.
        left = here.depth - len(here.frames)
        rest = {"threadId": here.thread, "startFrame": len(here.frames), "levels": left}
        body = yield Ask("stackTrace", rest)
        here.frames += frames_of(body)
        here.depth = len(here.frames)
    return here
