"""What `run` and `up` share: an app in the foreground, announced once it stands, ended by a signal."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Protocol

from hatchway.cli._opening import end_signals
from hatchway.cli.screen import INTERRUPTED, exit_code

log = logging.getLogger(__name__)


class Process(Protocol):
    """The app, or what started it and ends when it does."""

    async def wait(self) -> int:
        """Wait for its end; return its exit code."""

    def send_signal(self, number: int, /) -> None:
        """Send it a signal. Raises `ProcessLookupError` if it has ended."""


class Stop(Protocol):
    """Ends what the app's process has left running."""

    async def __call__(self, *, is_urgent: bool) -> None:
        """End it: at once if the process had to be killed."""


async def stay_with(
    process: Process,
    release: Callable[[], object],
    announce: Callable[[], Awaitable[None]],
    grace: float,
    stop: Stop | None = None,
) -> int:
    """Stay until the app ends, by itself or by a signal; return the exit code to end with.

    `announce` runs beside it, for as long as the app lives. After a signal `release` lets go who is held, and
    the app has `grace` seconds to end. `stop` is called if a signal has ended it.
    """
    ending = asyncio.create_task(_end_with(process, release, grace))
    announcing = asyncio.ensure_future(announce())
    try:
        code = await process.wait()
    except BaseException:
        _send(process, signal.SIGTERM)
        await asyncio.shield(process.wait())
        raise
    finally:
        announcing.cancel()
        ending.cancel()
        announced, ended = await asyncio.gather(announcing, ending, return_exceptions=True)
    if isinstance(announced, Exception):
        raise announced
    if stop is not None and isinstance(ended, int):
        await stop(is_urgent=code == -signal.SIGKILL)
    return INTERRUPTED if ended == signal.SIGINT else exit_code(code)


async def _end_with(process: Process, release: Callable[[], object], grace: float) -> int:
    """Wait for a signal; let all parked threads go, end the app, and return which signal it was."""
    signals = end_signals()
    first = await signals.get()
    release()
    # A terminal's Ctrl-C reaches the app by itself; a second one would cut short what it does at its end.
    if first != signal.SIGINT or not sys.stdin.isatty():
        # Not the hang-up of our terminal: to many servers SIGHUP means to reload.
        _send(process, signal.SIGINT if first == signal.SIGINT else signal.SIGTERM)
    try:
        async with asyncio.timeout(grace):
            await signals.get()
    except TimeoutError:
        log.warning("the app did not end within %.0f s, it is killed", grace)
    except asyncio.CancelledError:
        return first
    _send(process, signal.SIGKILL)
    return first


def _send(process: Process, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(number)
