"""One file per app server; each looks at raw facts of a process and says what it is, and why.

Pure: a server file touches no world. It is given a `Process` and answers with a `Claim`, or None.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from types import FrameType


_SHORT = len("-w")


class Role(str, Enum):
    """What a process is to its service."""

    SUPERVISOR = "supervisor"
    RELOADER = "reloader"
    WORKER = "worker"
    BEAT = "beat"
    HELPER = "helper"

    def __str__(self) -> str:
        """Print as the word itself."""
        return self.value


@dataclass(frozen=True)
class Process:
    """Raw facts of one Python process, as its beacon tells them."""

    pid: int
    argv: tuple[str, ...]
    """The original command line (`sys.orig_argv`), before any retitling. A forked child has its parent's."""
    forked: bool = False
    """Born by fork of a Python process rather than by exec."""
    python: str = ""
    parent: Process | None = None
    """The parent, if it is a Python process of the same container."""
    children: tuple[Process, ...] = ()
    """Its living children that are Python processes; those of a parent or of a child are not looked up."""
    environ: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Of the variables it was started with, those that some server asks for; none where nobody tells."""
    forker: str = ""
    """The module whose code forked it; empty if it was not, or not by Python's."""

    @property
    def words(self) -> tuple[str, ...]:
        """The command line without the interpreter and its options: script or `-m module` first."""
        words = list(self.argv[1:])
        while words and words[0].startswith("-") and words[0] not in ("-m", "-c"):
            takes_value = words[0] in ("-W", "-X")
            words = words[2 if takes_value else 1 :]
        return tuple(words)

    def runs_module(self, name: str) -> bool:
        """Tell whether this is `python -m name` (also a submodule of it)."""
        words = self.words
        return len(words) > 1 and words[0] == "-m" and (words[1] == name or words[1].startswith(f"{name}."))

    def runs_script(self, name: str) -> bool:
        """Tell whether the program run is a script of this base name."""
        words = self.words
        return bool(words) and words[0].rsplit("/", 1)[-1] == name

    def has_flag(self, *spellings: str) -> bool:
        """Tell whether one of these flags is on the command line."""
        return any(word in spellings for word in self.words)

    def option(self, *spellings: str) -> str | None:
        """Return the value of an option: `--workers 4`, `--workers=4`, `-w4`; the last one, as parsers do."""
        found = None
        words = self.words
        for number, word in enumerate(words):
            name, equals, value = word.partition("=")
            if word in spellings:
                found = words[number + 1] if number + 1 < len(words) else ""
            elif equals and name in spellings:
                found = value
            elif len(word) > _SHORT and word[:_SHORT] in spellings and not word.startswith("--"):
                found = word[_SHORT:]
        return found

    @property
    def is_spawned(self) -> bool:
        """Tell whether `multiprocessing` started it by its method `spawn`."""
        words = self.words
        return len(words) > 1 and words[0] == "-c" and "from multiprocessing.spawn import" in words[1]

    @property
    def is_restarted(self) -> bool:
        """Tell whether it executes the very command of its parent, as reloaders have it done."""
        parent = self.parent
        return parent is not None and not self.forked and bool(self.words) and self.words == parent.words

    @property
    def restarts_itself(self) -> bool:
        """Tell whether a child of it executes the very command that it executes."""
        return any(not child.forked and child.words == self.words for child in self.children) and bool(
            self.words
        )


@dataclass(frozen=True)
class Claim:
    """A server's reasoned statement about a process. The highest score wins; a tie is an error."""

    role: Role
    score: int
    because: str
    imports_app: bool = False
    """It is no worker, yet imports the application: with `--wait` it is attached too."""


@dataclass(frozen=True)
class Calm:
    """What keeps the killer of one worker quiet; each of them may fail, none may wait."""

    keep: Callable[[], object] | None = None
    """Called when a thread is parked, then every half second while one is; the killer is quiet after it."""
    release: Callable[[], object] | None = None
    """Called when no thread is parked any more: the killer's time begins anew."""
    asks_parent: bool = False
    """The killer is in the parent process: `Server.calm_child` is to act there."""


class Hold:
    """Holds up a reloader that would end its own process: while a thread is parked, then until it answers.

    It wears off by itself, after so many of the reloader's steps, if nobody keeps it.
    """

    MOST = 5
    """Steps that are held up after the last `keep`; reloaders take one each second."""

    def __init__(self, count: Callable[[Iterable[FrameType]], int]) -> None:
        """Take what counts, given the newest frame of every thread, the requests that are being answered."""
        self._count = count
        self._is_parked = False
        self._steps = 0

    def keep(self) -> None:
        """Note that a thread is parked."""
        self._is_parked = True
        self._steps = 0

    def release(self) -> None:
        """Note that no thread is parked any more: what was, may finish its answer."""
        self._is_parked = False

    def holds(self) -> bool:
        """Tell the reloader, which is about to take a step, whether to leave it out."""
        self._steps += 1
        is_held = self._is_parked or self._count(sys._current_frames().values()) > 0
        return self._steps <= self.MOST and is_held

    def hold(self, owner: Any, step: str, nothing: object = None) -> None:
        """Have a method of an object do nothing, for as long as this holds."""

        def held(*args: Any, **kwargs: Any) -> Any:
            if self.holds():
                return nothing
            vars(owner).pop(step, None)
            return getattr(owner, step)(*args, **kwargs)

        setattr(owner, step, held)


@dataclass(frozen=True)
class Server:
    """What Hatchway knows of one app server."""

    name: str
    claim: Callable[[Process], Claim | None]
    distribution: str = ""
    """The name by which `importlib.metadata` knows its version; empty: none."""
    calm: Callable[[FrameType | None], Calm | None] | None = None
    """Given the main thread's newest frame, find what keeps this worker's killer quiet; or None."""
    calm_child: Callable[[FrameType, int], Calm | None] | None = None
    """In the parent of a worker: given the main thread's newest frame and the worker's pid, find what keeps
    the killer quiet from here. What it does must wear off by itself soon after the last `keep`."""
    worker_number: Callable[[FrameType | None], int | None] | None = None
    """Given the main thread's newest frame, the server's own number for this worker."""
    worker_title: Callable[[FrameType | None], str | None] | None = None
    """Given the main thread's newest frame, what this worker is called if it has no number."""
    in_flight: Callable[[FrameType | None, Collection[FrameType]], int | None] | None = None
    """Given the main thread's newest frame and that of every thread, how many requests or tasks this worker
    is at work on; None if it is another server's, or does not show. May be asked four times a second."""
    environ: tuple[str, ...] = ()
    """The variables that `claim` wants to see of a process."""
    first_call: str = ""
    """`module:Class`, of which a request in a thread that is not Python's own makes an object first."""


class TiedClaimsError(ValueError):
    """Two servers claim one process with equal right; only a change in one of their files can help."""


def claim_of(process: Process, servers: Mapping[str, Server]) -> tuple[str, Claim] | None:
    """Return the winning claim on a process and the name under which `servers` lists who makes it.

    Raises `TiedClaimsError`, which names both, if two have the highest score.
    """
    claims = [(name, claim) for name, server in servers.items() if (claim := server.claim(process))]
    if not claims:
        return None
    highest = max(claim.score for _, claim in claims)
    winners = [(name, claim) for name, claim in claims if claim.score == highest]
    if len(winners) > 1:
        reasons = " and ".join(f"{name} ({claim.because})" for name, claim in winners)
        msg = f"process {process.pid} is claimed with score {highest} by {reasons}"
        raise TiedClaimsError(msg)
    return winners[0]


def claim_with_spawned(
    process: Process, name: str, runs: Callable[[Process], bool], by_its_options: Callable[[Process], Claim]
) -> Claim | None:
    """Claim what the command line runs, and what such a process has spawned unless it serves by itself."""
    if runs(process) and not process.forked:
        return by_its_options(process)
    parent = process.parent
    if process.is_spawned and parent is not None and runs(parent) and not parent.forked:
        own = by_its_options(parent)
        if own.role is not Role.WORKER:
            return Claim(Role.WORKER, own.score, f"spawned by a {name} {own.role}")
    return None


def frames_of(frame: FrameType | None, module: str) -> Iterator[FrameType]:
    """Yield the frames on this stack, newest first, that run code of a module or its submodules.

    Of other frames the locals are left alone: reading them can have effects.
    """
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if isinstance(name, str) and (name == module or name.startswith(f"{module}.")):
            yield frame
        frame = frame.f_back


def local_of(frames: Iterable[FrameType], name: str, function: str) -> Any:
    """Return the local variable of the first frame of this function; None if there is none."""
    for frame in frames:
        if frame.f_code.co_name == function and name in frame.f_locals:
            return frame.f_locals[name]
    return None


def stands_in(frame: FrameType | None, *modules: str) -> bool:
    """Tell whether a stack runs code of one of these modules, or of their submodules."""
    return any(True for module in modules for _ in frames_of(frame, module))


def count_in(frames: Iterable[FrameType], module: str, function: str) -> int:
    """Return how many of these stacks run a function of a module or of its submodules."""
    stacks = (frames_of(frame, module) for frame in frames)
    return sum(any(frame.f_code.co_name == function for frame in stack) for stack in stacks)
