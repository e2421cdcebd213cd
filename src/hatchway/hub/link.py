"""One container's tunnel, spoken in frames: its survey and the DAP streams of its workers."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hatchway.dap import framing
from hatchway.dap.errors import RemoteProtocolError
from hatchway.hub.counting import Counting
from hatchway.hub.outbox import Outbox
from hatchway.model import Container, Missing, Role, Worker, WorkerKey
from hatchway.session.absence import sentence_of
from hatchway.session.events import (
    FromWorker,
    Input,
    Message,
    ProcessesMissing,
    WorkerJoined,
    WorkerLeft,
    WorkersAwaited,
)
from hatchway.tunnel import Tunnel
from hatchway_agent import VERSION, WIRE_VERSION
from hatchway_agent.wire import Frame, Kind, NeedData, Wire, WireError, encode

BEAT = 1.0
"""Seconds between our PINGs."""
SILENCE = 10.0
"""Seconds without any frame after which the tunnel counts as broken."""


class LinkLost(Exception):  # noqa: N818 - it is news, not always a fault
    """The tunnel ended or broke; the text says why, for a person."""


class Link:
    """Speaks with one relay."""

    def __init__(
        self, container: Container, tunnel: Tunnel, feed: Callable[[Input], None], changed: asyncio.Event
    ) -> None:
        """Prepare; `run` greets and listens."""
        self.container = container
        self.survey: list[Mapping[str, Any]] = []
        self.missing: list[Missing] = []
        self.is_surveyed = False
        self.populated = asyncio.Event()
        """Set once there is a worker, or what else is debugged: uWSGI's master loads the application."""
        self._tunnel = tunnel
        self._feed = feed
        self._changed = changed
        self._outbox = Outbox(tunnel.send_all)
        self.counting = Counting(lambda: self._post(Frame(Kind.BUSY)))
        self._is_counting = False
        """Workers were asked for, and no survey has told since who there is."""
        self._awaited: frozenset[WorkerKey] = frozenset()
        self._streams: dict[int, tuple[WorkerKey, framing.Framer]] = {}
        self._channels: dict[WorkerKey, int] = {}

    async def run(self, token: str, summons: Callable[[], Mapping[str, bool] | None]) -> None:
        """Listen until the tunnel ends. Raises `LinkLost` then; all its workers have left by that time."""
        self._greet(token)
        if (wanted := summons()) is not None:
            self.summon(wanted)
        tasks = [asyncio.create_task(work) for work in (self._listen(), self._outbox.run(), self._beat())]
        why = "the connection to its container ended"
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            # The outbox ends by itself only when the relay no longer reads.
            error = next((task.exception() for task in done), None)
            if isinstance(error, TimeoutError):
                why = f"its container has not answered for {SILENCE:.0f} s"
            elif error is not None:
                why = f"the connection to its container broke: {str(error) or type(error).__name__}"
            raise LinkLost(why) from error
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for key in list(self._channels):
                self._leave(key, why)
            self._miss([])

    async def close(self) -> None:
        """Close the tunnel; the relay ends by itself."""
        await self._tunnel.aclose()

    def summon(self, wanted: Mapping[str, bool]) -> None:
        """Ask the relay for workers; say who is awaited: who is known now, then who is in its answer."""
        self._post(Frame(Kind.SUMMON, payload=json.dumps(wanted).encode()))
        self._is_counting = True
        self._count_awaited()

    def dismiss(self) -> None:
        """Ask the relay for no more workers."""
        self._post(Frame(Kind.DISMISS))
        self._is_counting = False
        self._awaited = frozenset()

    def _count_awaited(self) -> None:
        """Tell the session who is rung: the workers there at the summons, less those that have gone since."""
        if not self.is_surveyed:
            return
        absent = frozenset(self._absent_workers())
        awaited = absent if self._is_counting else self._awaited & absent
        if awaited != self._awaited:
            self._awaited = awaited
            self._feed(WorkersAwaited(self.container.id, tuple(sorted(awaited))))

    def _absent_workers(self) -> Iterator[WorkerKey]:
        # Whatever the survey says of its state: one that was just let go is on its way to being dormant.
        for process in self.survey:
            if process["role"] in (Role.WORKER, Role.BEAT):
                key = WorkerKey(self.container.id, int(process["pid"]), str(process["birth"]))
                if key not in self._channels:
                    yield key

    def send(self, key: WorkerKey, message: Message) -> None:
        """Send a DAP message to a worker of this container."""
        if (channel := self._channels.get(key)) is not None:
            self._post(Frame(Kind.DATA, channel, framing.encode(message)))

    def drop(self, key: WorkerKey) -> None:
        """Close a worker's channel."""
        channel = self._channels.get(key)
        if channel is not None:
            self._post(Frame(Kind.CLOSE, channel))
            self._leave(key, "it was let go")

    def _greet(self, token: str) -> None:
        hello = {"wire": WIRE_VERSION, "version": VERSION, "token": token}
        self._post(Frame(Kind.HELLO, payload=json.dumps(hello).encode()))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self._post(Frame(Kind.PING))

    async def _listen(self) -> None:
        wire = Wire()
        while data := await self._receive():
            wire.receive_data(data)
            while not isinstance(frame := wire.next_frame(), NeedData):
                self._take(frame)

    async def _receive(self) -> bytes:
        async with asyncio.timeout(SILENCE):
            return await self._tunnel.receive_some()

    def _take(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.HELLO:
                if (version := json.loads(frame.payload).get("wire")) != WIRE_VERSION:
                    msg = f"the relay speaks version {version} of the tunnel, this hub {WIRE_VERSION}"
                    raise WireError(msg)
            case Kind.SURVEY:
                self._take_survey(json.loads(frame.payload))
            case Kind.MISSING:
                self._miss(missing_of(self.container, json.loads(frame.payload)))
            case Kind.BUSY:
                self.counting.take(json.loads(frame.payload))
            case Kind.OPEN:
                self.populated.set()
                self._join(frame.channel, json.loads(frame.payload))
            case Kind.DATA if frame.channel in self._streams:
                self._hear(frame)
            case Kind.CLOSE if frame.channel == 0:
                raise WireError(frame.payload.decode(errors="replace"))
            case Kind.CLOSE if frame.channel in self._streams:
                key, _ = self._streams[frame.channel]
                self._leave(key, frame.payload.decode(errors="replace") or "its process is gone")
            case _:
                # PING, and what was under way when we closed a channel.
                pass

    def _take_survey(self, survey: list[Mapping[str, Any]]) -> None:
        self.survey = survey
        self.is_surveyed = True
        if any(process["role"] in (Role.WORKER, Role.BEAT) for process in survey):
            self.populated.set()
        self._count_awaited()
        self._is_counting = False  # it was the answer: who was born later has seen the session
        self._changed.set()

    def _join(self, channel: int, facts: Mapping[str, Any]) -> None:
        worker = worker_of(self.container, facts)
        self._streams[channel] = (worker.key, framing.Framer())
        self._channels[worker.key] = channel
        self._feed(WorkerJoined(worker))
        self._changed.set()

    def _miss(self, missing: list[Missing]) -> None:
        if missing != self.missing:
            self.missing = missing
            sentences = dict.fromkeys(one.sentence for one in missing)
            self._feed(ProcessesMissing(self.container.id, tuple(sentences)))
            self._changed.set()

    def _hear(self, frame: Frame) -> None:
        key, framer = self._streams[frame.channel]
        framer.receive_data(frame.payload)
        try:
            while not isinstance(message := framer.next_message(), framing.NeedData):
                self._feed(FromWorker(key, message))
        except RemoteProtocolError as error:
            self._post(Frame(Kind.CLOSE, frame.channel))
            self._leave(key, f"it sent what is no DAP: {error}")

    def _leave(self, key: WorkerKey, why: str) -> None:
        channel = self._channels.pop(key, None)
        if channel is not None:
            del self._streams[channel]
            self._feed(WorkerLeft(key, why))
            self._changed.set()

    def _post(self, frame: Frame) -> None:
        self._outbox.post(encode(frame))


def missing_of(container: Container, told: list[Mapping[str, Any]]) -> list[Missing]:
    """Return the processes a MISSING frame speaks of. Raises `KeyError` or `ValueError` if facts lack."""
    return [
        Missing(
            pid=int(one["pid"]),
            argv=tuple(one["argv"]),
            cause=str(one["cause"]),
            detail=str(one["detail"]),
            sentence=sentence_of(container, one["argv"], str(one["cause"]), str(one["detail"])),
        )
        for one in told
    ]


def worker_of(container: Container, facts: Mapping[str, Any]) -> Worker:
    """Return the worker an OPEN frame speaks of. Raises `KeyError` or `ValueError` if facts are missing."""
    server = str(facts["server"])
    return Worker(
        key=WorkerKey(container.id, int(facts["pid"]), str(facts["birth"])),
        service=container.service,
        role=Role(facts["role"]),
        title=str(facts.get("title") or server or "python"),
        server=server,
        server_version=str(facts.get("server_version", "")),
        python=str(facts.get("python", "")),
        newborn=facts.get("why") == "newborn",
        is_foreign=container.is_foreign,
    )
