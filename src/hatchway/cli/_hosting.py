"""A hub on a thread of its own, and an app beside it: for a front end that has the main thread to itself."""

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path

from hatchway.cli.screen import exit_code
from hatchway.hub.fleet import Reach
from hatchway.hub.opening import OpenHub, Wishes, open_hub


@contextlib.contextmanager
def hosted(reach: Reach, directory: Path, wishes: Wishes) -> Iterator[OpenHub]:
    """Have a hub open for as long as the block runs. Raises `HatchwayError` as `open_hub` does."""
    opened: Future[tuple[OpenHub, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        finish = asyncio.Event()
        async with open_hub(reach, directory, wishes) as hub:
            opened.set_result((hub, asyncio.get_running_loop(), finish))
            await finish.wait()
            hub.hub.release()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if opened.done():
                raise
            opened.set_exception(error)

    thread = threading.Thread(target=run, name="hatchway-hub")
    thread.start()
    try:
        hub, loop, finish = opened.result()
        try:
            yield hub
        finally:
            loop.call_soon_threadsafe(finish.set)
    finally:
        thread.join()


class Beside:
    """A program in a process group of its own: our terminal's Ctrl-C is not its."""

    def __init__(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str],
        ended: Callable[[int], object],
        stop: Callable[[], None] | None = None,
        stdin: int | None = None,
    ) -> None:
        """Start it; `ended` is called with its exit code, on a thread of ours.

        `stop` is another way to end it than by a signal. `stdin` is a file descriptor for it to read from.
        """
        self._stop = stop or (lambda: self._send(signal.SIGTERM))
        self._process = subprocess.Popen(  # noqa: S603 - running the user's command is the point
            argv, env=environ, stdin=subprocess.DEVNULL if stdin is None else stdin, process_group=0
        )
        self._ended = ended
        self._waiter = threading.Thread(target=self._wait, name="hatchway-app", daemon=True)
        self._waiter.start()

    def wait(self) -> int:
        """Wait for its end and return its exit code, as shells have it. Ctrl-C is passed on to it."""
        while True:
            try:
                return exit_code(self._process.wait())
            except KeyboardInterrupt:
                self._send(signal.SIGINT)

    def end(self, grace: float) -> None:
        """End it, and what it has left behind; it has so many seconds."""
        self._stop()
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self._send(signal.SIGKILL)
            self._process.wait()

    def sweep(self) -> None:
        """End what it has left behind in its process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGTERM)

    def _send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def _wait(self) -> None:
        self._ended(exit_code(self._process.wait()))
