"""How long newborn workers are held for an editor: as long as was wished, and as it wants once it came."""

import asyncio
from pathlib import Path

from hatchway.engines import Selector
from hatchway.engines.local import LocalEngine
from hatchway.hub.fleet import Reach
from hatchway.hub.hub import Hub
from hatchway.hub.journal import NoJournal
from hatchway.model import Container
from hatchway.session.events import FromEditor
from hatchway.session.settings import Settings
from hatchway.tunnel import Tunnel

SOON = 0.01


def test_they_are_held_for_so_long_and_no_longer() -> None:
    async def hold() -> list[bool]:
        hub = a_hub()
        seen = [hub.fleet.is_summoned]
        for seconds in (SOON, float("inf")):
            hub.hold(seconds)
            await asyncio.sleep(2 * SOON)
            seen.append(hub.fleet.is_summoned)
        hub.close()
        return seen

    assert asyncio.run(hold()) == [False, False, True]


def test_the_limit_may_begin_later() -> None:
    async def hold() -> list[bool]:
        hub = a_hub()
        hub.hold(float("inf"))
        seen = [hub.fleet.is_summoned]
        hub.hold_at_most(SOON)
        await asyncio.sleep(2 * SOON)
        seen.append(hub.fleet.is_summoned)
        hub.close()
        return seen

    assert asyncio.run(hold()) == [True, False]


def test_an_editor_that_came_in_time_has_all_the_time_it_wants() -> None:
    async def come() -> bool:
        hub = a_hub()
        hub.hold(SOON)
        for seq, command in enumerate(("initialize", "attach"), 1):
            hub.feed(FromEditor({"seq": seq, "type": "request", "command": command, "arguments": {}}, 1))
        hub.hold_at_most(SOON)
        await asyncio.sleep(2 * SOON)
        hub.close()
        return hub.fleet.is_summoned

    assert asyncio.run(come())


def a_hub() -> Hub:
    """A hub that nothing is within reach of."""

    async def connect(container: Container) -> Tunnel:
        raise NotImplementedError(container)

    return Hub(Reach(LocalEngine(), Selector(Path("/nowhere")), connect), Settings(), NoJournal())
