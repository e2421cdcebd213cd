"""The engine that is no engine: commands on this host, each service with its rendezvous directory."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from hatchway.engines import Change, Match, Origins, Place
from hatchway.engines.rendezvous import has_living, known_directory, run_directory
from hatchway.model import Container
from hatchway.tunnel import CommandTunnel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from hatchway.engines import Selector
    from hatchway.tunnel import Tunnel

_LOOK = 0.25
"""Seconds between looks for services that were started or have ended."""


class LocalEngine:
    """Runs everything on this host, as the user who calls it."""

    name = "local"

    async def detect(self, project: Path) -> Match | None:
        """Match every directory, with the lowest score: any command can be run in it."""
        if not await asyncio.to_thread(project.is_dir):
            return None
        return Match(score=1, because="any command can run on this host")

    async def containers(self, selector: Selector) -> list[Container]:
        """Return one container per service that was started in the project: a folder of its run directory."""
        directory = known_directory(selector.project)
        services = sorted(child.name for child in directory.glob("*") if child.is_dir())
        return [Container(id=name, name=name, service=name) for name in services if selector.selects(name)]

    async def exec(self, container: Container, argv: Sequence[str]) -> Tunnel:  # noqa: ARG002 - all are this host
        """Run the command on the host."""
        return CommandTunnel(argv)

    async def place(self, selector: Selector, container: Container) -> Place:
        """Return the service's folder; the payload is this host's own, and any Python runs a relay: ours."""
        return Place(None, run_directory(selector.project) / container.id, (sys.executable,))

    async def origins(self, selector: Selector, container: Container) -> Origins:  # noqa: ARG002 - all is here
        """Return nothing: files of this host are the same everywhere."""
        return Origins()

    async def lively(self, selector: Selector) -> list[Container]:
        """Return the services that have a living process."""
        directory = known_directory(selector.project)
        return [found for found in await self.containers(selector) if has_living(directory / found.id)]

    async def bare(self, selector: Selector) -> list[Container]:  # noqa: ARG002 - nothing runs here but by us
        """Return none: what was not started with Hatchway is nobody's service."""
        return []

    async def ended(self, selector: Selector) -> dict[str, int]:  # noqa: ARG002 - whoever started it knows
        """Return none: what ends here is `run`'s own."""
        return {}

    async def out_of_reach(self, selector: Selector) -> list[str]:  # noqa: ARG002 - nobody looks
        """Return none: what took no payload in is not known here."""
        return []

    async def watch(self, selector: Selector) -> AsyncIterator[Change]:
        """Tell which services were started, then each that comes or goes."""
        known: dict[str, Container] = {}
        while True:
            there = {container.id: container for container in await self.containers(selector)}
            for name in sorted(known.keys() - there.keys()):
                yield Change(known[name], gone=True)
            for name in sorted(there.keys() - known.keys()):
                yield Change(there[name])
            known = there
            await asyncio.sleep(_LOOK)


ENGINE = LocalEngine()
