"""The local port where the editor connects: who may, who is the editor, who only asks."""

import asyncio
import logging
import os
from typing import Protocol

from hatchway.dap import framing
from hatchway.dap.errors import RemoteProtocolError
from hatchway.dap.messages import failure, response
from hatchway.errors import HatchwayError
from hatchway.hub.neighbours import is_ours
from hatchway.hub.outbox import Outbox
from hatchway.session.events import Message

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
FIRST_PORT = 5678
PORTS_TRIED = 64
"""How many ports from `FIRST_PORT` on are tried before giving up."""
MAX_CONNECTIONS = 64
"""Connections at once; a scan or a leaking client gets no further."""
PATIENCE = 30.0
"""Seconds for a newcomer to say something, and for anybody to end a message begun."""


class Desk(Protocol):
    """Whom the port serves: it hands over the editor's messages and asks what to tell others."""

    def editor_came(self, connection: "EditorConnection") -> int | None:
        """Take the connection as an editor's and give it a number; None: there are too many."""

    def editor_said(self, number: int, message: Message) -> None:
        """Take a message of an editor's."""

    def editor_left(self, number: int) -> None:
        """Learn that an editor's connection is gone."""

    def snapshot(self, *, busy: bool) -> Message:
        """Return what `hatchwaySnapshot` is answered with; `busy`: with what is in flight."""


class EditorConnection:
    """One client's byte stream. It becomes an editor by its first `initialize`."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Wrap the streams; `name` says in the log who it is."""
        self.name = name
        self._reader = reader
        self._writer = writer
        self._framer = framing.Framer()
        self._outbox = Outbox(self._write)
        self._is_closing = False

    def send(self, message: Message) -> None:
        """Have a message written."""
        self._outbox.post(framing.encode(message))

    def close_soon(self) -> None:
        """Close once all that was sent is written."""
        self._is_closing = True
        # As if the client had ended its side: whoever waits for its next message wakes.
        self._reader.feed_eof()

    async def serve(self, desk: Desk) -> None:
        """Answer until the client goes, stalls, or sends what cannot be followed."""
        writing = asyncio.create_task(self._outbox.run())
        writing.add_done_callback(lambda _: self._reader.feed_eof())
        number: int | None = None
        try:
            while not self._is_closing:
                message = await self._next_message(may_idle=number is not None)
                if message is None:
                    break
                if number is None and message.get("command") == "initialize":
                    number = desk.editor_came(self)
                if number is not None and message.get("command") != "hatchwaySnapshot":
                    desk.editor_said(number, message)
                else:
                    self.send(_reply_to_visitor(message, desk))
                    self._is_closing = message.get("command") == "initialize"
            async with asyncio.timeout(PATIENCE):
                await self._outbox.drained()
        except RemoteProtocolError as error:
            log.warning("%s: closed, it sent what is no DAP: %s", self.name, error)
        except TimeoutError:
            log.warning("%s: closed, it stalled for %.0f s", self.name, PATIENCE)
        except ConnectionError:
            pass
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            self._writer.close()
            if number is not None:
                desk.editor_left(number)

    async def _next_message(self, *, may_idle: bool) -> Message | None:
        """Return the next message; None at the end. Raises `TimeoutError` and `RemoteProtocolError`."""
        while True:
            try:
                message = self._framer.next_message()
            except RemoteProtocolError as error:
                if not error.usable:
                    raise
                log.warning("%s: skipped a message: %s", self.name, error)
                # Its own number cannot be read, so the failure answers none.
                self.send(failure(0, 0, "", f"this message was skipped: {error}"))
                continue
            if not isinstance(message, framing.NeedData):
                return message
            if self._outbox.is_stalled:
                raise TimeoutError
            patience = None if may_idle and not self._framer.is_midway else PATIENCE
            async with asyncio.timeout(patience):
                data = await self._reader.read(65536)
            if not data:
                return None
            self._framer.receive_data(data)

    async def _write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()


def _reply_to_visitor(message: Message, desk: Desk) -> Message:
    """Answer who is no editor: programs may ask what there is, one editor too many learns why it may not."""
    seq, command = message.get("seq", 0), message.get("command", "")
    if command == "hatchwaySnapshot":
        return response(
            seq, seq, command, desk.snapshot(busy=(message.get("arguments") or {}).get("busy") is True)
        )
    if command == "initialize":
        return failure(seq, seq, command, "too many editors are attached to this hub: disconnect one first")
    return failure(seq, seq, command, "say initialize first")


class EditorPort:
    """The loopback listener."""

    def __init__(self, desk: Desk) -> None:
        """Prepare; `open` listens."""
        self._desk = desk
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def open(self, port: int | None) -> None:
        """Listen on `port`, or on the first free one from 5678 on if None.

        Raises `HatchwayError` if that port, or each of those tried, is taken.
        """
        ports = range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if port is None else (port,)
        for candidate in ports:
            try:
                self._server = await asyncio.start_server(self._welcome, HOST, candidate)
            except OSError as error:
                log.debug("port %d: %s", candidate, error)
                continue
            self.port = self._server.sockets[0].getsockname()[1]
            return
        taken = str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}"
        msg = f"port {taken} on {HOST} cannot be listened on"
        raise HatchwayError(msg, "name another with --port, or leave --port out for the next free one")

    async def close(self) -> None:
        """Stop listening and close every connection."""
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer, here = writer.get_extra_info("peername"), writer.get_extra_info("sockname")
        name = f"client {peer[0]}:{peer[1]}" if peer else "client"
        if len(self._serving) >= MAX_CONNECTIONS:
            log.warning("%s: refused, %d others are connected", name, len(self._serving))
        elif peer is None or not is_ours(peer, here):
            log.warning("%s: refused, it does not belong to user %d", name, os.getuid())
        else:
            await self._serve(EditorConnection(name, reader, writer))
            return
        writer.close()

    async def _serve(self, connection: EditorConnection) -> None:
        task: asyncio.Task[None] = asyncio.create_task(connection.serve(self._desk))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        await asyncio.gather(task, return_exceptions=True)
