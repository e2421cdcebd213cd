"""What waits for a peer is written in order, and a peer who never reads is given up."""

import asyncio

from hatchway.hub import outbox
from hatchway.hub.outbox import Outbox


class Peer:
    """Takes what is sent when it is let."""

    def __init__(self) -> None:
        self.got = b""
        self.may_take = asyncio.Event()

    async def take(self, data: bytes) -> None:
        await self.may_take.wait()
        self.got += data


def test_all_is_written_in_order_once_the_peer_takes_it() -> None:
    async def scene() -> bytes:
        peer = Peer()
        box = Outbox(peer.take)
        running = asyncio.create_task(box.run())
        for number in range(100):
            box.post(b"%d," % number)
        peer.may_take.set()
        await box.drained()
        running.cancel()
        return peer.got

    assert asyncio.run(scene()) == b"".join(b"%d," % number for number in range(100))


def test_a_peer_that_takes_nothing_is_stalled_and_keeps_no_more_than_the_limit() -> None:
    async def scene() -> tuple[bool, int]:
        peer = Peer()
        box = Outbox(peer.take)
        running = asyncio.create_task(box.run())
        await asyncio.sleep(0)
        chunk = b"x" * (outbox.MAX_BYTES // 4)
        for _ in range(10):
            box.post(chunk)
        kept = sum(map(len, box._waiting))
        peer.may_take.set()
        await asyncio.wait_for(running, 5)
        return box.is_stalled, kept

    stalled, kept = asyncio.run(scene())
    assert stalled
    assert kept <= outbox.MAX_BYTES + outbox.MAX_BYTES // 4


def test_a_peer_that_is_gone_ends_the_writing() -> None:
    async def scene() -> bool:
        async def refuse(_: bytes) -> None:
            raise ConnectionResetError

        box = Outbox(refuse)
        box.post(b"x")
        (error,) = await asyncio.gather(box.run(), return_exceptions=True)
        await asyncio.wait_for(box.drained(), 1)
        return isinstance(error, ConnectionResetError) and box.is_stalled

    assert asyncio.run(scene())
