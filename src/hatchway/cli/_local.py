"""An app's rendezvous under `run` and `pdb`: a session it is born into, and nothing left of it afterwards."""

import asyncio
import contextlib
import os
import shutil
import signal
import time
from pathlib import Path

from hatchway.engines.rendezvous import beacon_pids, has_living
from hatchway.errors import HatchwayError

LAST_STEPS = 2.0
"""Seconds for an app's helpers to notice that it has ended."""

SESSION_PATIENCE = 10.0
"""Seconds for the relay to be up before an app that shall wait is started."""
LOOK = 0.02
"""Seconds between two looks whether it is."""


async def await_session(directory: Path) -> None:
    """Wait until the session's file lies there: only who finds it at birth is held.

    Raises `HatchwayError` if the relay does not write it in time.
    """
    try:
        async with asyncio.timeout(SESSION_PATIENCE):
            while not (directory / "session.json").exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(LOOK)
    except TimeoutError:
        msg = "the relay did not start in time"
        raise HatchwayError(msg, "is the machine very busy? try once more") from None


def let_go(directory: Path) -> None:
    """Have the threads run on that wait at `breakpoint()`: nobody will come any more."""
    for note in directory.glob("*.waits"):
        note.unlink(missing_ok=True)


def sweep(directory: Path) -> None:
    """Remove a service's rendezvous directory, and what the app has left behind; a daemon may live on."""
    for step in (None, signal.SIGTERM, signal.SIGKILL):
        if step is not None:
            for pid in _orphans(directory):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, step)
        deadline = time.monotonic() + LAST_STEPS
        while (lives := has_living(directory)) and time.monotonic() < deadline:
            time.sleep(0.02)
        if not lives or not _orphans(directory):
            break
    if not lives:
        shutil.rmtree(directory, ignore_errors=True)
        with contextlib.suppress(OSError):  # other services of the project live there
            directory.parent.rmdir()


def _orphans(directory: Path) -> list[int]:
    """Return the living processes that lost their parent and are no daemons: those have left our session."""
    return [pid for pid in sorted(beacon_pids(directory)) if _is_orphan(pid)]


def _is_orphan(pid: int) -> bool:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[:2]
        return (
            state != "Z"
            and parent == "1"
            and (os.getsid(pid), os.getpgid(pid)) == (os.getsid(0), os.getpgrp())
        )
    except (OSError, ValueError):
        return False
