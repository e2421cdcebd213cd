"""What an engine on Docker does with containers, whoever started them: lists, enters and follows them."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from hatchway.engines import Change, Origins, Place
from hatchway.engines._docker import adoption, calls
from hatchway.engines._docker.arming import PAYLOAD, RENDEZVOUS
from hatchway.engines._docker.interpreters import is_python, likely_pythons
from hatchway.engines._docker.labels import DELIVERED, shown
from hatchway.engines._docker.plights import FILTERS, Plights
from hatchway.model import Container
from hatchway.tunnel import CommandTunnel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from hatchway.engines import Freight, Plight, Selector
    from hatchway.tunnel import Tunnel

ADOPTED = adoption.HOME
"""Where it lies in those that were not started with it."""

_VERSION = "import sys; print(list(sys.version_info[:2]))"
_GROWN = 2
"""Seconds after which a process has been surveyed, if it took the payload in."""
_RETRY = 1.0
"""Seconds before a lost stream of events is opened anew."""


class Containers:
    """The containers of an engine on Docker. Which those are, each engine says by `stock` and its events."""

    def __init__(self) -> None:
        """Begin with nothing adopted."""
        self._adopted: set[str] = set()
        """Containers, by id, whose processes took the payload in while they ran."""

    async def stock(self, selector: Selector) -> list[tuple[Container, str]]:
        """Return every running container that is meant, with the name of the volume it holds, if any."""
        raise NotImplementedError

    async def filters(self, selector: Selector) -> tuple[str, ...]:
        """Return what tells these containers, and their events, from all others."""
        raise NotImplementedError

    async def running(self, selector: Selector, label: str) -> list[tuple[Container, str]]:
        """List the stock by the filters; the label says of which service a container is."""
        template = "\t".join(("{{.ID}}", "{{.Names}}", shown(label), shown(DELIVERED), "{{.State}}"))
        only = [word for given in await self.filters(selector) for word in ("--filter", given)]
        found = []
        for line in (await calls.call("ps", "--no-trunc", *only, "--format", template)).splitlines():
            identity, names, service, held, state = line.split("\t")
            if selector.selects(service) and state == "running":
                found.append((Container(identity, names.split(",")[0], service, is_foreign=True), held))
        return sorted(found, key=lambda pair: (pair[0].service, pair[0].name))

    def newcomer(self, event: dict[str, Any], selector: Selector) -> Container | None:
        """Return the container that an event of a start is about, if it is meant."""
        raise NotImplementedError

    def called(self, event: dict[str, Any]) -> str:
        """Return what people call the container of an event."""
        return str(event["Actor"]["Attributes"].get("name"))

    async def containers(self, selector: Selector) -> list[Container]:
        """Return the running containers that hold a payload."""
        found = await self.stock(selector)
        return [one for one, held in found if held or one.id in self._adopted]

    async def lively(self, selector: Selector) -> list[Container]:
        """Return the same: a container lives as long as its processes."""
        return await self.containers(selector)

    async def bare(self, selector: Selector) -> list[Container]:
        """Return the running containers without a payload."""
        found = await self.stock(selector)
        return [one for one, held in found if not held and one.id not in self._adopted]

    async def ended(self, selector: Selector) -> dict[str, int]:  # noqa: ARG002 - most engines keep none
        """Return none: what has ended is gone, or nobody's business."""
        return {}

    async def out_of_reach(self, selector: Selector) -> list[str]:
        """Return the services that have a payload and run Python: out of reach, if they are in no survey."""
        found = await self.containers(selector)
        asked = (calls.command_lines(container.id, older_than=_GROWN) for container in found)
        lines = await asyncio.gather(*asked)
        runs = (any(is_python(words) for words in those) for those in lines)
        return sorted({one.service for one, is_running in zip(found, runs, strict=True) if is_running})

    async def origins(self, selector: Selector, container: Container) -> Origins:  # noqa: ARG002 - it says all itself
        """Return the container's bind mounts and its working directory."""
        found = await calls.inspect("container", container.id)
        facts = found[0] if found else {}
        binds = [mount for mount in facts.get("Mounts", ()) if mount.get("Type") == "bind"]
        return Origins(
            binds=tuple((str(mount["Source"]), str(mount["Destination"])) for mount in binds),
            inside=tuple(filter(None, [facts.get("Config", {}).get("WorkingDir")])),
        )

    async def adopt(self, container: Container, freight: Freight) -> tuple[list[int], list[int]] | None:
        """Take in the processes of a running container without a restart; None if its Python cannot.

        Returns the pids of those that are in, and of those that sleep. A restart undoes it.
        """
        pythons = likely_pythons(await calls.command_lines(container.id))
        for python in pythons:
            said = await calls.attempt("exec", container.id, python, "-I", "-S", "-c", _VERSION)
            if said.code == 0:
                if json.loads(said.out) < [3, 14]:
                    return None
                taken = await adoption.adopt(container.id, python, freight.pack)
                self._adopted.add(container.id)
                return taken
        return None

    async def runs_python(self, container: Container) -> bool:
        """Tell whether a Python runs in the container, debuggable or not."""
        return any(map(is_python, await calls.command_lines(container.id)))

    async def exec(self, container: Container, argv: Sequence[str]) -> Tunnel:
        """Run a command in the container, as the container's own user."""
        return CommandTunnel(calls.argv_of(["exec", "-i", container.id, *argv]), env=calls.environment())

    async def place(self, selector: Selector, container: Container) -> Place:  # noqa: ARG002 - the same in all
        """Return where the payload's volume is mounted, and what Pythons there may be."""
        pythons = likely_pythons(await calls.command_lines(container.id))
        if container.id in self._adopted:
            return Place(adoption.HOME, adoption.RENDEZVOUS, pythons)
        return Place(PAYLOAD, RENDEZVOUS, pythons)

    async def watch(self, selector: Selector) -> AsyncIterator[Change | Plight]:
        """Tell which containers hold a payload, then each that starts or ends, whatever the engine does."""
        known: dict[str, Container] = {}
        plights = Plights()
        while True:
            since = await calls.now()
            there = {container.id: container for container in await self.containers(selector)}
            for gone in sorted(known.keys() - there.keys()):
                yield Change(known.pop(gone), gone=True)
            for new in sorted(there.keys() - known.keys()):
                known[new] = there[new]
                yield Change(there[new])
            filters = ("type=container", "event=start", *FILTERS, *await self.filters(selector))
            async with aclosing(calls.events(since, *filters)) as events:
                async for event in events:
                    container = known.get(event["Actor"]["ID"])
                    plight = container and await plights.read(event, container, self.called(event))
                    if plight:
                        yield plight
                    if change := self._change_of(event, selector, known):
                        yield change
            await asyncio.sleep(_RETRY)

    def _change_of(
        self, event: dict[str, Any], selector: Selector, known: dict[str, Container]
    ) -> Change | None:
        identity = event["Actor"]["ID"]
        if event["Action"] == "die":
            self._adopted.discard(identity)  # what starts anew is without
            gone = known.pop(identity, None)
            return Change(gone, gone=True) if gone else None
        if event["Action"] != "start" or identity in known or not event["Actor"]["Attributes"].get(DELIVERED):
            return None
        came = self.newcomer(event, selector)
        if came is None:
            return None
        known[identity] = came
        return Change(came)
