"""All workers within reach: one link per container, kept up as containers come and go."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hatchway.engines import Change, Engine, Plight, Selector
from hatchway.hub.atlas import Atlas, Chart
from hatchway.hub.link import Link, LinkLost
from hatchway.model import Container, Missing, WorkerKey
from hatchway.session.events import ContainerTroubled, Input, Message
from hatchway.tunnel import Tunnel

log = logging.getLogger(__name__)

FIRST_RETRY = 0.1
"""Seconds before a lost tunnel is made anew; doubled up to `LAST_RETRY` while it fails."""
LAST_RETRY = 5.0


@dataclass(frozen=True, slots=True)
class Reach:
    """How the fleet gets at containers: which there are, and a relay's tunnel into one."""

    engine: Engine
    selector: Selector
    connect: Callable[[Container], Awaitable[Tunnel]]
    chart: Chart | None = None
    """Compares a container's files with the project's; None where they are the same."""


class Fleet:
    """Keeps a link to each container and passes on what its workers say."""

    def __init__(self, reach: Reach, token: str, feed: Callable[[Input], None]) -> None:
        """Prepare; `run` does the work. What workers say and do goes to `feed`."""
        self._reach = reach
        self._token = token
        self._feed = feed
        self._links: dict[str, Link] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}
        self._summons: Mapping[str, bool] | None = None
        self.changed = asyncio.Event()
        """Set whenever the roster may have changed; whoever waits clears it."""
        self.atlas = Atlas(reach.chart, feed, self.changed)

    async def run(self) -> None:
        """Follow the engine's changes until cancelled; then let go of every container."""
        try:
            for container in await self._reach.engine.containers(self._reach.selector):
                self._keep(container)
            async for change in self._reach.engine.watch(self._reach.selector):
                self._follow(change)
        finally:
            keepers = list(self._keepers.values())
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    def summon(self, *, wait: bool = False) -> None:
        """Ask every container for its workers, those yet to come too. With `wait`, newborn ones hold.

        That lasts until they are dismissed: an editor may be there before what was to wait for it.
        """
        self._summons = {"wait": wait or bool(self._summons and self._summons["wait"])}
        for link in self._links.values():
            link.summon(self._summons)
        self.changed.set()

    def dismiss(self) -> None:
        """Let workers yet to come be."""
        self._summons = None
        for link in self._links.values():
            link.dismiss()

    @property
    def is_summoned(self) -> bool:
        """Tell whether workers were asked for."""
        return self._summons is not None

    def send(self, key: WorkerKey, message: Message) -> None:
        """Send a DAP message to a worker; nothing happens if it has just gone."""
        if link := self._links.get(key.container):
            link.send(key, message)

    def drop(self, key: WorkerKey) -> None:
        """Close a worker's connection."""
        if link := self._links.get(key.container):
            link.drop(key)

    def roster(self) -> Iterator[tuple[Container, Mapping[str, Any]]]:
        """Yield every process of every container, as the surveys tell them."""
        for link in self._links.values():
            for process in link.survey:
                yield link.container, process

    def busy(self) -> Mapping[str, int]:
        """Return how much each worker that tells has in flight, by its birth; may be a look behind."""
        return {birth: told for link in self._links.values() for birth, told in link.counting.look().items()}

    def missing(self) -> Iterator[tuple[Container, Missing]]:
        """Yield every process that cannot be debugged."""
        for link in self._links.values():
            for one in link.missing:
                yield link.container, one

    @property
    def is_settled(self) -> bool:
        """Tell whether every container known has been surveyed at least once."""
        return bool(self._keepers) and all(
            container in self._links and self._links[container].is_surveyed for container in self._keepers
        )

    def _follow(self, change: Change | Plight) -> None:
        if isinstance(change, Plight):
            self._feed(ContainerTroubled(change.container.id, change.trouble, change.what))
        elif change.gone:
            if keeper := self._keepers.pop(change.container.id, None):
                keeper.cancel()
        else:
            self._keep(change.container)

    def _keep(self, container: Container) -> None:
        if container.id not in self._keepers:
            self._keepers[container.id] = asyncio.create_task(self._keep_linked(container))

    async def _keep_linked(self, container: Container) -> None:
        """Hold a link to the container; make it anew when it breaks."""
        pause = FIRST_RETRY
        while True:
            link = charting = None
            try:
                tunnel = await self._reach.connect(container)
                link = self._links[container.id] = Link(container, tunnel, self._feed, self.changed)
                charting = asyncio.create_task(self.atlas.keep(link))
                await link.run(self._token, lambda: self._summons)
            except (LinkLost, OSError) as error:
                # A container that just ends, or is not yet up, is no news: the engine will say so.
                is_news = pause > FIRST_RETRY
                log.log(logging.WARNING if is_news else logging.INFO, "%s: %s", container.name, error)
            finally:
                if charting is not None:
                    charting.cancel()
                if link is not None:
                    pause = FIRST_RETRY if link.is_surveyed else pause
                    if self._links.get(container.id) is link:  # a container may be back already
                        del self._links[container.id]
                    self.changed.set()
                    with contextlib.suppress(OSError):
                        await link.close()
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_RETRY)
