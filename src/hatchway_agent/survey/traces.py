"""The files by which processes say that they exist: read without trust, removed when their owner is dead."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from hatchway_agent.servers import Process
from hatchway_agent.survey.life import is_alive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME = re.compile(r"([1-9][0-9]{0,9})\.([0-9a-f]{12})\.(beacon|sock|[0-9]{1,20}\.waits)")
_MOST_FILES = 4096
"""Names looked at in one directory; whoever fills it with more hides processes, but does not stop us."""

_MOST_BYTES = 1 << 17
_HEAD = 8
"""Fields of a beacon before argv."""


@dataclass(frozen=True)
class Trace:
    """What a process says of itself, in its beacon or when it dials."""

    pid: int
    birth: str
    ppid: int
    start: int
    forked: bool
    python: str
    executable: str
    argv: tuple[str, ...]
    forker: str = field(default="", compare=False)
    """The module whose code forked it; empty if that is not known."""
    written: int = field(default=0, compare=False)
    """When the beacon was written, in nanoseconds."""
    waits: bool = field(default=False, compare=False)
    """A thread of it waits at `breakpoint()` for a session."""

    @property
    def name(self) -> str:
        """The part that the names of all its files begin with."""
        return f"{self.pid}.{self.birth}"

    def as_process(
        self,
        parent: Process | None,
        children: tuple[Process, ...] = (),
        environ: Mapping[str, str] | None = None,
    ) -> Process:
        """Return the facts a server's claim is made by."""
        return Process(
            self.pid, self.argv, self.forked, self.python, parent, children, environ or {}, self.forker
        )

    def as_json(self) -> dict[str, Any]:
        """Return all that the process said of who it is."""
        return {part.name: getattr(self, part.name) for part in fields(self) if part.compare}


def read_traces(directory: str) -> Iterator[Trace]:
    """Yield what the whole beacons in the directory say; what else the dead left there is removed."""
    try:
        with os.scandir(directory) as entries:
            names = [entry.name for entry, _ in zip(entries, range(_MOST_FILES))]  # noqa: B905 - 3.10 has it, ok
    except OSError:
        return
    ours = list(filter(None, map(_NAME.fullmatch, names)))
    waiting = {found.group(1, 2) for found in ours if found[3].endswith("waits")}
    for found in ours:
        pid = int(found[1])
        if found[3] != "beacon":
            # What lies beside its beacon goes with it; alone it is new, or its owner is dead.
            if f"{found[1]}.{found[2]}.beacon" not in names and not is_alive(pid, 0):
                _unlink(f"{directory}/{found[0]}")
        elif trace := _read(f"{directory}/{found[0]}", pid, found[2]):
            yield replace(trace, waits=found.group(1, 2) in waiting)
        elif not is_alive(pid, 0):
            _unlink(f"{directory}/{found[0]}")


def remove(directory: str, trace: Trace) -> None:
    """Remove beacon and doorbell of a process that is dead; what lies beside them goes at the next look."""
    for suffix in ("beacon", "sock"):
        _unlink(f"{directory}/{trace.name}.{suffix}")


def _read(path: str, pid: int, birth: str) -> Trace | None:
    """Read one beacon; None if it is not whole, not a plain file, or not about this pid."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            return None
        said = os.read(file, _MOST_BYTES).decode("utf-8", "surrogateescape").split("\0")
        head, argv = said[:_HEAD], said[_HEAD:]
        magic, _version, claimed, start, ppid, born, python, executable = head
        how, _, forker = born.partition(" ")
        if magic != "hatchway" or int(claimed) != pid or how not in ("exec", "fork"):
            return None
        return Trace(
            pid,
            birth,
            int(ppid),
            int(start),
            how == "fork",
            python,
            executable,
            tuple(argv),
            forker,
            about.st_mtime_ns,
        )
    except (OSError, ValueError):
        return None
    finally:
        os.close(file)


def _unlink(path: str) -> None:
    # In a shared directory only its owner may remove a file; another's stays, and is not believed.
    try:
        os.unlink(path)
    except OSError:
        pass
