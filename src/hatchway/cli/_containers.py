"""What `up` and `run -- docker run` share: the ready line, and a hub that goes into the background."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Sequence

from hatchway.cli._opening import SOON, MissingTeller, say_ready, say_started, say_starting, stand_still
from hatchway.errors import HatchwayError
from hatchway.hub.fleet import Reach
from hatchway.hub.lodging import Lodger
from hatchway.hub.opening import OpenHub, Wishes

PATIENCE = 10.0
"""Seconds for a hub to let its workers go and end."""


async def announce(opened: OpenHub, services: Sequence[str], reach: Reach) -> None:
    """Say ready once workers are there or are late, then which were late, as they come."""
    await stand_still(opened.hub, services, SOON)
    say_ready(opened)
    late = await say_starting(opened, services, reach)
    await asyncio.gather(say_started(opened, late), MissingTeller(opened).run())


async def nothing() -> None:
    """Announce nothing: another hub does."""


def require_same(lodger: Lodger, engine: str) -> None:
    """Raise `HatchwayError` if the hub that runs for the folder could not find what is to be started."""
    if lodger.engine != engine:
        msg = f"the hub on 127.0.0.1:{lodger.port} follows what runs in this folder by another engine"
        raise HatchwayError(msg, "end it first (`hatchway down`), or call hatchway in another folder")


async def in_background(options: Sequence[str], wishes: Wishes, starting: Awaitable[None]) -> int:
    """Start the app, and a hub that outlives us; return its exit code when both stand.

    `options` say to `hatchway attach` what it is for. `starting` is awaited once the hub is being opened.
    """
    argv = [sys.executable, "-m", "hatchway", "attach", "--stop-view", str(wishes.settings.stop_view)]
    if wishes.port:
        argv += ["--port", str(wishes.port)]
    if wishes.journal:
        argv += ["--journal", str(wishes.journal)]
    if wishes.wait is not None:
        argv += ["--waiting", str(wishes.wait)]
    hub = await asyncio.create_subprocess_exec(
        *argv,
        *options,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=1 << 20,
    )
    assert hub.stdin is not None  # noqa: S101 - for the type checker: we asked for pipes
    assert hub.stdout is not None  # noqa: S101
    try:
        await starting
        hub.stdin.write(b"\n")
        while line := await hub.stdout.readline():
            sys.stdout.write(line.decode(errors="replace"))
            sys.stdout.flush()
    except BaseException:
        hub.stdin.close()  # it takes that for the end
        await asyncio.shield(hub.wait())
        raise
    return hub.returncode or 0


def end_hub(lodger: Lodger) -> None:
    """End a hub of another process, and wait until it has gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(lodger.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            os.kill(lodger.pid, 0)
            time.sleep(0.02)
        msg = f"the hub (pid {lodger.pid}) does not end"
        raise HatchwayError(msg, f"kill -9 {lodger.pid}")
