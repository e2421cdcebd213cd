"""What waits to be written to one peer: bounded, so that who does not read harms only itself."""

import asyncio
from collections.abc import Awaitable, Callable

MAX_BYTES = 64 << 20
"""Bytes waiting at most; one more and the peer counts as stalled."""


class Outbox:
    """Takes bytes at once and writes them when the peer can."""

    def __init__(self, send_all: Callable[[bytes], Awaitable[None]]) -> None:
        """Remember how to write."""
        self._send_all = send_all
        self._waiting: list[bytes] = []
        self._size = 0
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self.is_stalled = False
        """The peer let `MAX_BYTES` pile up; what was posted since is lost, and `run` has ended."""

    def post(self, data: bytes) -> None:
        """Have the bytes written after what waits already."""
        if self.is_stalled:
            return
        self._size += len(data)
        self.is_stalled = self._size > MAX_BYTES
        self._waiting.append(data)
        self._empty.clear()
        self._news.set()

    async def run(self) -> None:
        """Write what comes until cancelled, the peer stalls, or writing fails (`OSError`)."""
        try:
            while not self.is_stalled:
                await self._news.wait()
                self._news.clear()
                data, self._waiting, self._size = b"".join(self._waiting), [], 0
                await self._send_all(data)
                if not self._waiting:
                    self._empty.set()
        except OSError:
            self.is_stalled = True
            raise
        finally:
            self._waiting.clear()
            self._empty.set()

    async def drained(self) -> None:
        """Wait until all that was posted is written, or never will be."""
        await self._empty.wait()
