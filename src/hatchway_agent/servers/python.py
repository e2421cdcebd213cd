"""Plain Python: scripts and modules, what they start, and every server that no other file here knows.

## What works
Scripts, `python -m`, `python -c`; children by `subprocess`, by `multiprocessing` with `fork`, `spawn` and
`forkserver`, and by `concurrent.futures`. A child is a worker of the session from its birth on, under the
name that `multiprocessing` gives it: `SpawnProcess-1`, `ForkProcess-2`. A process that executes its own
command line anew is taken for a reloader, its child for the worker.

## What keeps a paused worker alive
Nothing is known that would have to be kept quiet. A time-out of your own (`future.result(timeout=5)`) runs
on.

## What to know
Started with `-I`, `-E` or `-S`, Python does not read `PYTHONPATH`, and so never hears of Hatchway. The
resource tracker and the fork server of `multiprocessing` are shown as helpers and left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.servers import Claim, Role, Server, frames_of, local_of

if TYPE_CHECKING:
    from types import FrameType

    from hatchway_agent.servers import Process

_HELPERS = (
    "multiprocessing.resource_tracker",
    "multiprocessing.semaphore_tracker",
    "multiprocessing.forkserver",
)
_LAUNCHERS = ("supervisord", "circusd", "honcho")


def claim(process: Process) -> Claim:
    """Claim every process with the lowest score, helpers and reloaders with a better one."""
    # What the fork server forks runs user code; only the server itself does not.
    words = process.words
    if len(words) > 1 and words[0] == "-c" and not process.forked:
        for helper in _HELPERS:
            if f"from {helper} import" in words[1]:
                return Claim(Role.HELPER, score=80, because=f"argv runs {helper}")
    if any(map(process.runs_script, _LAUNCHERS)):
        return Claim(Role.HELPER, score=20, because="argv runs a program that only starts others")
    if process.restarts_itself:
        return Claim(Role.RELOADER, score=20, because="its child has the same command line")
    if process.is_restarted:
        return Claim(
            Role.WORKER, score=20, because="its parent has the same command line, so is its reloader"
        )
    return Claim(Role.WORKER, score=1, because="a Python process that no server claims")


def worker_title(frame: FrameType | None) -> str | None:
    """Find the name that `multiprocessing` has given the process."""
    process = local_of(frames_of(frame, "multiprocessing.process"), "self", "_bootstrap")
    name = getattr(process, "_name", None)
    return name if isinstance(name, str) else None


SERVER = Server("python", claim=claim, worker_title=worker_title)
