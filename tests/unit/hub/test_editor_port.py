"""What the local port does with whoever connects: editors, visitors, scanners, and senders of rubbish."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hatchway.dap import framing
from hatchway.errors import HatchwayError
from hatchway.hub import editor_port
from hatchway.hub.editor_port import EditorConnection, EditorPort
from hatchway.session.events import Message


class FakeDesk:
    """Answers every message of an editor's by its command; has two seats."""

    def __init__(self) -> None:
        self.editors: dict[int, EditorConnection] = {}
        self.said: list[Message] = []
        self.departures = 0

    def editor_came(self, connection: EditorConnection) -> int | None:
        free = {1, 2} - self.editors.keys()
        if not free:
            return None
        self.editors[min(free)] = connection
        return min(free)

    def editor_said(self, number: int, message: Message) -> None:
        self.said.append(message)
        body = {"number": number}
        answer = {"seq": 1, "type": "response", "request_seq": message["seq"], "success": True, "body": body}
        self.editors[number].send(answer)
        if message["command"] == "disconnect":
            self.editors[number].close_soon()

    def editor_left(self, number: int) -> None:
        del self.editors[number]
        self.departures += 1

    def snapshot(self, *, busy: bool) -> Message:
        return {"processes": [], "busy": busy}


class Client:
    """One raw connection to the port."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.framer = framing.Framer()

    def say(self, command: str, seq: int = 1) -> None:
        self.writer.write(framing.encode({"seq": seq, "type": "request", "command": command}))

    async def hears(self) -> dict[str, Any]:
        while isinstance(message := self.framer.next_message(), framing.NeedData):
            data = await asyncio.wait_for(self.reader.read(65536), 30)
            assert data, "the port closed the connection"
            self.framer.receive_data(data)
        return message

    async def is_closed(self) -> bool:
        """Read to the end."""
        try:
            while await asyncio.wait_for(self.reader.read(65536), 30):
                pass
        except ConnectionError:
            pass
        return True


Scene = Callable[[FakeDesk, Callable[[], Awaitable[Client]]], Awaitable[None]]


def play(scene: Scene) -> FakeDesk:
    async def run() -> FakeDesk:
        desk = FakeDesk()
        door = EditorPort(desk)
        await door.open(0)
        clients = []

        async def connect() -> Client:
            clients.append(Client(*await asyncio.open_connection("127.0.0.1", door.port)))
            return clients[-1]

        try:
            await scene(desk, connect)
        finally:
            for client in clients:
                client.writer.close()
            await door.close()
        return desk

    return asyncio.run(run())


def test_who_says_initialize_is_the_editor_and_hears_the_session() -> None:
    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("initialize", 1)
        client.say("threads", 2)
        assert [(await client.hears())["request_seq"] for _ in range(2)] == [1, 2]
        client.say("disconnect", 3)
        assert (await client.hears())["request_seq"] == 3
        assert await client.is_closed()
        again = await connect()
        again.say("initialize")
        assert (await again.hears())["success"]

    desk = play(scene)
    assert [message["command"] for message in desk.said] == [
        "initialize",
        "threads",
        "disconnect",
        "initialize",
    ]
    assert desk.departures == 2


def test_editors_are_told_apart_and_one_too_many_is_told_why_it_may_not() -> None:
    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        first, second, third = await connect(), await connect(), await connect()
        for editor in (first, second):
            editor.say("initialize")
        numbers = [(await editor.hears())["body"]["number"] for editor in (first, second)]
        third.say("initialize")
        refusal = await third.hears()
        assert not refusal["success"]
        assert "too many editors" in refusal["message"]
        assert await third.is_closed()
        for number, editor in zip(numbers, (first, second), strict=True):
            editor.say("threads", 2)
            assert (await editor.hears())["body"]["number"] == number

    play(scene)


def test_a_visitor_may_ask_what_there_is_and_nothing_else() -> None:
    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        visitor = await connect()
        visitor.say("hatchwaySnapshot", 1)
        assert (await visitor.hears())["body"] == {"processes": [], "busy": False}
        visitor.say("evaluate", 2)
        refusal = await visitor.hears()
        assert (refusal["success"], refusal["message"]) == (False, "say initialize first")

    assert play(scene).said == []


RUBBISH = {
    "broken header": b"GET / HTTP/1.1\r\n\r\n",
    "negative length": b"Content-Length: -5\r\n\r\n",
    "1 GB length": b"Content-Length: 1073741824\r\n\r\n{",
    "endless header": b"a" * 20000,
}


@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH.keys())
@pytest.mark.parametrize("is_editor", [False, True])
def test_what_cannot_be_followed_closes_the_connection_with_one_line_in_the_log(
    rubbish: bytes, *, is_editor: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        if is_editor:
            client.say("initialize")
            await client.hears()
        client.writer.write(rubbish)
        assert await client.is_closed()
        other = await connect()
        other.say("initialize")
        assert (await other.hears())["success"], "the next editor is served"

    with caplog.at_level(logging.WARNING, "hatchway"):
        play(scene)
    assert len(caplog.records) == 1
    assert "no DAP" in caplog.text


@pytest.mark.parametrize("body", [b"no json", b"[1, 2]", b"\xff\xfe", b"1" * 5000, b"NaN"])
def test_a_whole_message_that_makes_no_sense_is_answered_and_the_next_one_served(body: bytes) -> None:
    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("initialize", 1)
        await client.hears()
        client.writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert not (await client.hears())["success"]
        client.say("threads", 2)
        assert (await client.hears())["request_seq"] == 2

    play(scene)


@pytest.mark.parametrize("begun", [b"", b"Content-Length: 100\r\n\r\n{"])
def test_who_begins_and_never_ends_is_sent_away(
    begun: bytes, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(editor_port, "PATIENCE", 0.05)

    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.writer.write(begun)
        assert await client.is_closed()

    with caplog.at_level(logging.WARNING, "hatchway"):
        play(scene)
    assert "it stalled" in caplog.text


def test_an_attached_editor_may_be_silent_for_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editor_port, "PATIENCE", 0.05)

    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("initialize", 1)
        await client.hears()
        await asyncio.sleep(0.2)
        client.say("threads", 2)
        assert (await client.hears())["request_seq"] == 2

    play(scene)


def test_a_port_scan_gets_no_further_than_the_limit_and_the_editor_goes_on() -> None:
    async def scene(_: FakeDesk, connect: Callable[[], Awaitable[Client]]) -> None:
        client = await connect()
        client.say("initialize", 1)
        await client.hears()
        scan = [await connect() for _ in range(editor_port.MAX_CONNECTIONS + 20)]
        closed = await asyncio.gather(*(probe.is_closed() for probe in scan[-20:]))
        assert all(closed)
        client.say("threads", 2)
        assert (await client.hears())["request_seq"] == 2

    play(scene)


def test_a_taken_port_is_an_error_and_an_unnamed_one_is_the_next_free() -> None:
    async def scene() -> tuple[int, int]:
        first, second, third = (EditorPort(FakeDesk()) for _ in range(3))
        await first.open(None)
        await second.open(None)
        with pytest.raises(HatchwayError, match=f"port {first.port} .* cannot be listened on") as caught:
            await third.open(first.port)
        assert "--port" in caught.value.hint
        await first.close()
        await second.close()
        return first.port, second.port

    first, second = asyncio.run(scene())
    assert editor_port.FIRST_PORT <= first < second
