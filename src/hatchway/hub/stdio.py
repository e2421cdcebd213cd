"""The hub as an editor's child: stdin and stdout joined to its port."""

import asyncio
import os
import sys
import threading

from hatchway.hub.editor_port import HOST

_CHUNK = 1 << 16


async def bridge(port: int) -> int:
    """Carry bytes between our stdin and stdout and the hub's port until either side ends; return 0."""
    reader, writer = await asyncio.open_connection(HOST, port)
    loop = asyncio.get_running_loop()
    # A thread, as only that reads every kind of stdin (pipe, file, console) on every system;
    # a daemon, as nothing wakes it while the editor is silent.
    threading.Thread(target=_read_stdin, args=(loop, writer), daemon=True).start()
    while data := await reader.read(_CHUNK):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    writer.close()
    return 0


def _read_stdin(loop: asyncio.AbstractEventLoop, writer: asyncio.StreamWriter) -> None:
    while data := os.read(sys.stdin.fileno(), _CHUNK):
        asyncio.run_coroutine_threadsafe(_send(writer, data), loop).result()
    loop.call_soon_threadsafe(writer.write_eof)


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()
