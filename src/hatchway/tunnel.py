"""A tunnel is a byte stream into a container: its shape, and its two makes, a command's pipes and memory."""

from __future__ import annotations

import asyncio
import contextlib
import os
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from typing import TYPE_CHECKING, Protocol

from hatchway.errors import HatchwayError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CHUNK = 1 << 16
_STDERR_KEPT = 4096
_PATIENCE = 2.0
"""Seconds a command has to end by itself after its stdin was closed, and again after SIGTERM."""


class TunnelError(HatchwayError, ConnectionError):
    """The tunnel cannot be made, or its other end is gone."""


class Tunnel(Protocol):
    """A byte stream in both directions. After `aclose` nothing of it is left behind."""

    async def send_all(self, data: bytes) -> None:
        """Send all of `data`, waiting while the other side is slow. Raises `TunnelError` if that is gone."""

    async def receive_some(self) -> bytes:
        """Return some bytes as soon as there are any; `b""` once the other side has closed."""

    async def aclose(self) -> None:
        """Close both directions. May be called again."""


class CommandTunnel:
    """The stdin and stdout of a command, which is started by the first use."""

    def __init__(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, patience: float = _PATIENCE
    ) -> None:
        """Remember what to run; `env` None means ours."""
        self.argv = tuple(argv)
        self._env = env
        self._patience = patience
        self._process: Process | None = None
        self._transport: asyncio.SubprocessTransport | None = None
        self._has_exited = asyncio.Event()
        self._starting = asyncio.Lock()
        self._stderr = bytearray()
        self._stderr_reader: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def exit_code(self) -> int | None:
        """The command's exit code, negative for a signal; None while it runs."""
        return None if self._process is None else self._process.returncode

    @property
    def stderr_tail(self) -> str:
        """The last that the command said on stderr."""
        return self._stderr.decode(errors="replace").strip()

    async def send_all(self, data: bytes) -> None:
        """Send all of `data`, waiting while the command is slow to read."""
        process = await self._started()
        assert process.stdin is not None  # noqa: S101 - for the type checker: we asked for a pipe
        try:
            process.stdin.write(data)
            await process.stdin.drain()
        except (OSError, RuntimeError) as error:
            raise self._gone() from error

    async def receive_some(self) -> bytes:
        """Return what the command wrote, `b""` once it has closed its stdout."""
        if self._closed:
            return b""
        process = await self._started()
        assert process.stdout is not None  # noqa: S101 - for the type checker: we asked for a pipe
        return await process.stdout.read(_CHUNK)

    async def aclose(self) -> None:
        """Close stdin, and if that does not end the command, terminate it, and if that does not, kill it."""
        self._closed = True
        async with self._starting:
            process = self._process
        if process is None:
            return
        assert process.stdin is not None  # noqa: S101 - for the type checker: we asked for a pipe
        process.stdin.close()
        try:
            for end in (process.terminate, process.kill):
                if await self._ends_by_itself(process):
                    break
                with contextlib.suppress(ProcessLookupError):
                    end()
            else:
                # Killed, it is gone in a moment; a transport closed before that loses its exit code.
                await self._ends_by_itself(process)
        finally:
            if self._transport is not None:  # also when we are cancelled; it kills what still runs
                self._transport.close()
        await self._has_exited.wait()
        if self._stderr_reader is not None:
            # A grandchild may hold stderr open for ever; its words are not waited for.
            self._stderr_reader.cancel()
            await asyncio.gather(self._stderr_reader, return_exceptions=True)

    async def wait_ended(self) -> tuple[int, str]:
        """Wait until the command has ended by itself; return its exit code and the tail of its stderr."""
        process = await self._started()
        await self._has_exited.wait()
        if self._stderr_reader is not None:
            await asyncio.wait({self._stderr_reader}, timeout=self._patience)
        assert process.returncode is not None  # noqa: S101 - for the type checker: it has exited
        return process.returncode, self.stderr_tail

    async def _started(self) -> Process:
        async with self._starting:
            if self._process is not None:
                return self._process
            if self._closed:
                raise self._gone()
            loop = asyncio.get_running_loop()
            try:
                # A session of its own: Ctrl-C in the terminal is for us, the command ends when we close it.
                self._transport, protocol = await loop.subprocess_exec(
                    lambda: _ExitNoticed(loop, self._has_exited),
                    *self.argv,
                    stdin=PIPE,
                    stdout=PIPE,
                    stderr=PIPE,
                    env=self._env,
                    start_new_session=os.name == "posix",
                )
            except OSError as error:
                msg = f"{self.argv[0]} cannot be started: {error.strerror or error}"
                raise TunnelError(msg, f"Check that {self.argv[0]} is installed and on PATH.") from error
            self._process = Process(self._transport, protocol, loop)
            self._stderr_reader = asyncio.create_task(self._keep_stderr(self._process))
            return self._process

    async def _keep_stderr(self, process: Process) -> None:
        assert process.stderr is not None  # noqa: S101 - for the type checker: we asked for a pipe
        while said := await process.stderr.read(_CHUNK):
            self._stderr += said
            del self._stderr[:-_STDERR_KEPT]

    async def _ends_by_itself(self, process: Process) -> bool:
        # Its stdout is drained meanwhile: a command blocked in a write would not see its stdin close.
        assert process.stdout is not None  # noqa: S101 - for the type checker: we asked for a pipe
        draining = asyncio.create_task(_drain(process.stdout))
        try:
            async with asyncio.timeout(self._patience):
                await self._has_exited.wait()
        except TimeoutError:
            return False
        finally:
            draining.cancel()
            await asyncio.gather(draining, return_exceptions=True)
        return True

    def _gone(self) -> TunnelError:
        code = "" if self.exit_code is None else f" with exit code {self.exit_code}"
        return TunnelError(f"{self.argv[0]} has ended{code}", self.stderr_tail)


async def _drain(stream: asyncio.StreamReader) -> None:
    # A reader that is in another task's read may not be read twice; that task drains it then.
    with contextlib.suppress(RuntimeError):
        while await stream.read(_CHUNK):
            pass


class _ExitNoticed(SubprocessStreamProtocol):
    """Notices the exit when it happens: `Process.wait` waits for pipes too, which a grandchild may hold."""

    def __init__(self, loop: asyncio.AbstractEventLoop, has_exited: asyncio.Event) -> None:
        super().__init__(limit=_CHUNK, loop=loop)
        self._has_exited = has_exited

    def process_exited(self) -> None:
        super().process_exited()
        self._has_exited.set()


class _Lane:
    """One direction of a tunnel in memory. What was sent waits in it, unbounded: both ends are ours."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.is_closed = False
        self.news = asyncio.Event()

    def close(self) -> None:
        self.is_closed = True
        self.news.set()


class _MemoryEnd:
    """One end of a tunnel in memory."""

    def __init__(self, incoming: _Lane, outgoing: _Lane) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    async def send_all(self, data: bytes) -> None:
        if self._outgoing.is_closed:
            msg = "the tunnel is closed"
            raise TunnelError(msg)
        self._outgoing.waiting += data
        self._outgoing.news.set()
        await asyncio.sleep(0)  # as with a real one, others get their turn

    async def receive_some(self) -> bytes:
        lane = self._incoming
        while not lane.waiting and not lane.is_closed:
            lane.news.clear()
            await lane.news.wait()
        data = bytes(lane.waiting)
        lane.waiting.clear()
        return data

    async def aclose(self) -> None:
        self._incoming.waiting.clear()
        self._incoming.close()
        self._outgoing.close()


def memory_pair() -> tuple[Tunnel, Tunnel]:
    """Return the two ends of a tunnel that lies in memory. What was sent before a close can still be read."""
    there, back = _Lane(), _Lane()
    return _MemoryEnd(back, there), _MemoryEnd(there, back)
