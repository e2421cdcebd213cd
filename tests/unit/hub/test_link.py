"""One tunnel, spoken in frames, over memory: joins, messages, losses, and relays that cannot be followed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hatchway.dap import framing
from hatchway.hub import link as link_module
from hatchway.hub.counting import PACE
from hatchway.hub.link import Link, LinkLost
from hatchway.model import Container, Role, WorkerKey
from hatchway.session.events import FromWorker, Input, WorkerJoined, WorkerLeft, WorkersAwaited
from hatchway.tunnel import Tunnel, memory_pair
from hatchway_agent.wire import Frame, Kind, NeedData, Wire, encode

CONTAINER = Container("web", "web-1", "web")
DIAL = {
    "pid": 23,
    "birth": "abc",
    "server": "gunicorn",
    "role": "worker",
    "title": "gunicorn worker 3",
    "server_version": "27.0.1",
    "python": "3.13.0",
    "forked": True,
}
KEY = WorkerKey("web", 23, "abc")


class FakeRelay:
    """The other end of the tunnel."""

    def __init__(self, tunnel: Tunnel) -> None:
        self.tunnel = tunnel
        self.wire = Wire()

    async def send(self, kind: Kind, channel: int = 0, payload: Any = b"") -> None:
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        await self.tunnel.send_all(encode(Frame(kind, channel, data)))

    async def hears(self, *kinds: Kind) -> Frame:
        """Return the next frame of these kinds."""
        while True:
            while not isinstance(frame := self.wire.next_frame(), NeedData):
                if frame.kind in kinds:
                    return frame
            data = await asyncio.wait_for(self.tunnel.receive_some(), 5)
            assert data, "the hub closed the tunnel"
            self.wire.receive_data(data)


class Scene:
    """A link, what it fed the session, and the relay it speaks with."""

    def __init__(self) -> None:
        ours, theirs = memory_pair()
        self.relay = FakeRelay(theirs)
        self.fed: list[Input] = []
        self.news = asyncio.Event()
        self.link = Link(CONTAINER, ours, self._feed, asyncio.Event())
        self.running = asyncio.create_task(self.link.run("s3cret", lambda: {"wait": True}))

    def _feed(self, event: Input) -> None:
        self.fed.append(event)
        self.news.set()

    async def until(self, count: int) -> list[Input]:
        async with asyncio.timeout(5):
            while len(self.fed) < count:
                self.news.clear()
                await self.news.wait()
        return self.fed

    async def lost(self) -> str:
        """Return why the link was lost."""
        with pytest.raises(LinkLost) as caught:
            await asyncio.wait_for(self.running, 5)
        return str(caught.value)


def play(scene: Callable[[Scene], Awaitable[None]]) -> None:
    async def run() -> None:
        stage = Scene()
        try:
            await scene(stage)
        finally:
            stage.running.cancel()
            await asyncio.gather(stage.running, return_exceptions=True)
            await stage.link.close()

    asyncio.run(run())


def test_it_greets_with_the_token_and_asks_for_workers() -> None:
    async def scene(stage: Scene) -> None:
        hello = json.loads((await stage.relay.hears(Kind.HELLO)).payload)
        assert (hello["token"], hello["wire"]) == ("s3cret", 1)
        assert json.loads((await stage.relay.hears(Kind.SUMMON)).payload) == {"wait": True}

    play(scene)


def test_what_is_in_flight_is_asked_by_who_looks_and_told_at_the_next_look() -> None:
    async def scene(stage: Scene) -> None:
        relay, counting = stage.relay, stage.link.counting
        await relay.send(Kind.HELLO, payload={"wire": 1})
        assert counting.look() == {}
        await relay.hears(Kind.BUSY)
        assert counting.look() == {}, "two that look at once ask once"
        await relay.send(Kind.BUSY, payload={"0a": 2})
        await relay.send(Kind.BUSY, payload={"0b": 0})
        await relay.send(Kind.OPEN, 5, DIAL)
        await stage.until(1)
        assert counting.look() == {}
        await asyncio.sleep(PACE)
        assert counting.look() == {"0a": 2, "0b": 0}
        await relay.hears(Kind.BUSY)
        await asyncio.sleep(PACE)
        assert counting.look() == {}, "who has not answered since is not told of"

    play(scene)


def test_a_worker_joins_speaks_is_spoken_to_and_leaves() -> None:
    async def scene(stage: Scene) -> None:
        relay, link = stage.relay, stage.link
        await relay.send(Kind.HELLO, payload={"wire": 1})
        await relay.send(Kind.OPEN, 5, DIAL)
        (joined,) = await stage.until(1)
        assert isinstance(joined, WorkerJoined)
        assert joined.worker.key == KEY
        assert (joined.worker.role, joined.worker.label) == (Role.WORKER, "web/23")

        event = framing.encode({"seq": 1, "type": "event", "event": "stopped"})
        await relay.send(Kind.DATA, 5, event[:30])
        await relay.send(Kind.DATA, 5, event[30:])
        assert (await stage.until(2))[1] == FromWorker(KEY, {"seq": 1, "type": "event", "event": "stopped"})

        link.send(KEY, {"seq": 9})
        heard = await relay.hears(Kind.DATA)
        assert (heard.channel, heard.payload) == (5, framing.encode({"seq": 9}))

        await relay.send(Kind.CLOSE, 5, b"it was killed by SIGKILL")
        assert (await stage.until(3))[2] == WorkerLeft(KEY, "it was killed by SIGKILL")
        link.send(KEY, {"seq": 10})
        link.drop(KEY)
        assert len(stage.fed) == 3, "it leaves once"

    play(scene)


def test_a_dropped_worker_leaves_and_what_it_still_says_is_not_heard() -> None:
    async def scene(stage: Scene) -> None:
        await stage.relay.send(Kind.HELLO, payload={"wire": 1})
        await stage.relay.send(Kind.OPEN, 5, DIAL)
        await stage.until(1)
        stage.link.drop(KEY)
        assert (await stage.relay.hears(Kind.CLOSE)).channel == 5
        await stage.relay.send(Kind.DATA, 5, framing.encode({"seq": 1}))
        await stage.relay.send(Kind.OPEN, 6, {**DIAL, "birth": "def"})
        kinds = [type(event) for event in await stage.until(3)]
        assert kinds == [WorkerJoined, WorkerLeft, WorkerJoined]

    play(scene)


def test_a_worker_that_speaks_no_dap_is_dropped_and_the_others_stay() -> None:
    async def scene(stage: Scene) -> None:
        await stage.relay.send(Kind.HELLO, payload={"wire": 1})
        await stage.relay.send(Kind.OPEN, 5, DIAL)
        await stage.relay.send(Kind.OPEN, 6, {**DIAL, "pid": 24})
        await stage.relay.send(Kind.DATA, 5, b"Traceback (most recent call last):\r\n\r\n")
        left = (await stage.until(3))[2]
        assert isinstance(left, WorkerLeft)
        assert left.key == KEY
        assert "no DAP" in left.why
        assert (await stage.relay.hears(Kind.CLOSE)).channel == 5

    play(scene)


LOSSES = {
    "the tunnel ends": (b"", "ended"),
    "another version": (encode(Frame(Kind.HELLO, payload=b'{"wire": 99}')), "version 99"),
    "no relay at all": (b"sh: python: not found\n", "did not greet"),
    "a survey that is no JSON": (
        encode(Frame(Kind.HELLO, payload=b'{"wire": 1}')) + encode(Frame(Kind.SURVEY, payload=b"{")),
        "broke",
    ),
    "a worker without a pid": (
        encode(Frame(Kind.HELLO, payload=b'{"wire": 1}')) + encode(Frame(Kind.OPEN, 1, b"{}")),
        "broke",
    ),
    "the relay refuses": (
        encode(Frame(Kind.HELLO, payload=b'{"wire": 1}')) + encode(Frame(Kind.CLOSE, 0, b"wrong version")),
        "wrong version",
    ),
}


@pytest.mark.parametrize(("sent", "why"), LOSSES.values(), ids=LOSSES.keys())
def test_a_lost_link_says_why_and_takes_its_workers_along(sent: bytes, why: str) -> None:
    async def scene(stage: Scene) -> None:
        if sent:
            await stage.relay.tunnel.send_all(sent)
        else:
            await stage.relay.send(Kind.HELLO, payload={"wire": 1})
            await stage.relay.send(Kind.OPEN, 5, DIAL)
            await stage.until(1)
            await stage.relay.tunnel.aclose()
        assert why in await stage.lost()
        joined = [event for event in stage.fed if isinstance(event, WorkerJoined)]
        left = [event for event in stage.fed if isinstance(event, WorkerLeft)]
        assert len(joined) == len(left)

    play(scene)


def test_a_silent_relay_counts_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "SILENCE", 0.05)

    async def scene(stage: Scene) -> None:
        assert await stage.lost() == "its container has not answered for 0 s"

    play(scene)


def test_it_keeps_the_relay_alive_with_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "BEAT", 0.01)

    async def scene(stage: Scene) -> None:
        for _ in range(3):
            await stage.relay.hears(Kind.PING)

    play(scene)


def test_who_is_awaited_is_who_the_relay_knows_of_at_the_summons() -> None:
    async def scene(stage: Scene) -> None:
        born_late = {**DIAL, "pid": 24, "birth": "def"}
        await stage.relay.send(Kind.HELLO, payload={"wire": 1})
        await stage.relay.send(Kind.SURVEY, payload=[])
        await stage.relay.send(Kind.OPEN, 5, {**DIAL, "pid": 25})
        await stage.until(1)  # and so it has taken the survey, too
        stage.link.dismiss()
        stage.link.summon({"wait": False})
        await stage.relay.send(Kind.SURVEY, payload=[DIAL])
        assert (await stage.until(2))[1:] == [WorkersAwaited("web", (KEY,))]
        await stage.relay.send(Kind.SURVEY, payload=[DIAL, born_late])
        await stage.relay.send(Kind.SURVEY, payload=[born_late])
        assert (await stage.until(3))[2:] == [WorkersAwaited("web", ())], "a newborn is held"

    play(scene)
