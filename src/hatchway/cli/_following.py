"""A `docker compose up` that stays while its containers are restarted or replaced by somebody else."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hatchway.cli.screen import say
from hatchway.engines import Selector
from hatchway.engines.compose import ComposeEngine, Prepared

COMING = 2.0
"""Seconds that a container may take to run again."""
LOOK = 0.1
"""Seconds between looks for one."""


@dataclass(slots=True)
class Following:
    """Compose's `up` ends as soon as no container of its runs, also for a moment: then it is begun again."""

    engine: ComposeEngine
    folder: Path
    prepared: Prepared
    words: Sequence[str]
    process: Process
    """The one that runs, or ran last."""
    is_told: bool = False
    """It was sent a signal: its end is meant."""

    async def wait(self) -> int:
        """Wait until nothing runs any more; return Compose's exit code."""
        while True:
            code = await self.process.wait()
            if code or self.is_told or not await self._runs_again():
                return code
            say("the containers were started anew; following them")
            self.process = await self.engine.start(self.folder, self.prepared, self.words)

    def send_signal(self, number: int, /) -> None:
        """Send a signal to Compose."""
        self.is_told = True
        self.process.send_signal(number)

    async def _runs_again(self) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + COMING
        while not self.is_told and loop.time() < deadline:
            if await self.engine.containers(Selector(self.folder)):
                return True
            await asyncio.sleep(LOOK)
        return False


async def follow(engine: ComposeEngine, folder: Path, prepared: Prepared, words: Sequence[str]) -> Following:
    """Start a `docker compose` on the prepared project, and stay with its containers."""
    return Following(engine, folder, prepared, words, await engine.start(folder, prepared, words))
