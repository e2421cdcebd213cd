"""Opens a hub and closes it again: the port, the fleet and the place where others find it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from hatchway.hub.editor_port import EditorPort
from hatchway.hub.fleet import Reach
from hatchway.hub.hub import Explainer, Hub
from hatchway.hub.journal import FileJournal, NoJournal
from hatchway.hub.lodging import Lodging
from hatchway.session.settings import Settings


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a hub shall be opened."""

    port: int | None = None
    """The port to listen on; None: 5678 or the next free one."""
    settings: Settings = field(default_factory=Settings)
    journal: Path | None = None
    wait: float | None = None
    """Seconds for which newborn workers hold unless an editor comes; infinite: for as long as it takes."""
    explain: Explainer | None = None
    """What finds out why breakpoints do not bind."""


@dataclass(frozen=True, slots=True)
class OpenHub:
    """A hub that listens."""

    hub: Hub
    port: int


@contextlib.asynccontextmanager
async def open_hub(reach: Reach, directory: Path, wishes: Wishes) -> AsyncIterator[OpenHub]:
    """Listen on the port and follow the fleet while the block runs.

    Raises `HatchwayError` if the port is taken or a hub already runs for `directory`.
    """
    lodging = Lodging(directory)
    journal = FileJournal(wishes.journal) if wishes.journal else NoJournal()
    hub = Hub(reach, wishes.settings, journal, wishes.explain)
    door = EditorPort(hub)
    try:
        await door.open(wishes.port)
        lodging.announce(door.port, reach.engine.name)
    except BaseException:
        await door.close()
        hub.close()
        raise
    following = asyncio.create_task(hub.fleet.run())
    if wishes.wait is not None:
        hub.hold(wishes.wait)
    try:
        yield OpenHub(hub, door.port)
    finally:
        lodging.leave()
        await door.close()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        hub.close()
