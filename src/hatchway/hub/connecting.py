"""Runs the agent's verbs in a container: a relay, whose tunnel this makes, or a survey."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

from hatchway.delivery import relay_argv, survey_argv
from hatchway.engines import Engine, Selector
from hatchway.hub.charting import Charting
from hatchway.hub.fleet import Reach
from hatchway.hub.link import missing_of
from hatchway.model import Container, Missing
from hatchway.tunnel import CommandTunnel, Tunnel, TunnelError
from hatchway_agent.wire import Kind

PATIENCE = 10.0
"""Seconds for a relay to greet."""


def reach_over(engine: Engine, selector: Selector, payload: Path) -> Reach:
    """Return the reach over the selected services; `payload` is where it lies on this host."""
    connecting = _Connecting(engine, selector, payload)
    charting = Charting(engine, selector, payload)
    return Reach(
        engine,
        selector,
        connecting,
        lambda container: charting.chart(container, connecting.proven[container.service]),
    )


async def survey_of(
    engine: Engine, selector: Selector, container: Container, payload: Path
) -> tuple[list[dict[str, Any]], list[Missing]]:
    """Return a container's survey and who is missing, without a relay; nothing if no Python there looks."""
    place = await engine.place(selector, container)
    for python in place.pythons:
        tunnel = await engine.exec(container, survey_argv(place.payload or payload, python, place.rendezvous))
        said = bytearray()
        try:
            while data := await tunnel.receive_some():
                said += data
        finally:
            await tunnel.aclose()
        with contextlib.suppress(ValueError):
            told = json.loads(said)
            return told["processes"], missing_of(container, told["missing"])
    return [], []


class _Connecting:
    """Connects, and remembers which Python it was."""

    def __init__(self, engine: Engine, selector: Selector, payload: Path) -> None:
        self._engine = engine
        self._selector = selector
        self._payload = payload
        self.proven: dict[str, str] = {}

    async def __call__(self, container: Container) -> Tunnel:
        """Return the tunnel of a relay that has greeted. Raises `TunnelError` if no Python there runs one."""
        place = await self._engine.place(self._selector, container)
        last_words = ""
        for python in self._in_order(container.service, place.pythons):
            argv = relay_argv(place.payload or self._payload, python, place.rendezvous)
            tunnel = await self._engine.exec(container, argv)
            try:
                async with asyncio.timeout(PATIENCE):
                    first = await tunnel.receive_some()
            except BaseException:
                await tunnel.aclose()
                raise
            if first[:1] == bytes([Kind.HELLO]):
                self.proven[container.service] = python
                return _Begun(tunnel, first)
            await tunnel.aclose()
            last_words = tunnel.stderr_tail if isinstance(tunnel, CommandTunnel) else ""
        msg = f"no Python of {container.name} runs the relay: {_last_line(last_words, first)}"
        raise TunnelError(
            msg, "Does the image hold Python 3.10 or newer, and can the container's user run it?"
        )

    def _in_order(self, service: str, pythons: tuple[str, ...]) -> tuple[str, ...]:
        proven = self.proven.get(service)
        return pythons if proven is None else tuple(dict.fromkeys((proven, *pythons)))


class _Begun:
    """A tunnel of which the first bytes were read already."""

    def __init__(self, tunnel: Tunnel, first: bytes) -> None:
        self._tunnel = tunnel
        self._first = first

    async def send_all(self, data: bytes) -> None:
        await self._tunnel.send_all(data)

    async def receive_some(self) -> bytes:
        first, self._first = self._first, b""
        return first or await self._tunnel.receive_some()

    async def aclose(self) -> None:
        await self._tunnel.aclose()


def _last_line(words: str, said: bytes) -> str:
    lines = (words or said.decode(errors="replace")).strip().splitlines()
    return lines[-1] if lines else "it ended without a word"
