"""Containers are charted once they have a worker, and again when a file of the project has changed since."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hatchway.hub.atlas import Atlas
from hatchway.model import Container
from hatchway.session.events import FilesFound


class Scene:
    """One container, and an atlas of it."""

    def __init__(self) -> None:
        self.link: Any = SimpleNamespace(
            container=Container("c1", "web-1", "web", is_foreign=True), populated=asyncio.Event()
        )
        self.told: asyncio.Queue[FilesFound] = asyncio.Queue()
        self.trouble: list[Exception] = []
        self.atlas = Atlas(self._chart, self.told.put_nowait, asyncio.Event())

    async def _chart(self, container: Container) -> FilesFound:
        if self.trouble:
            raise self.trouble.pop()
        return FilesFound(container.service, roots=(("/here", "/there"),))


def play(scene: Callable[[Scene], Awaitable[None]]) -> None:
    async def run() -> None:
        stage = Scene()
        keeping = asyncio.create_task(stage.atlas.keep(stage.link))
        try:
            await asyncio.wait_for(scene(stage), 10)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    asyncio.run(run())


def changed(path: Path, ago: float) -> str:
    """Make a file that was changed so many seconds ago."""
    path.touch()
    os.utime(path, (time.time() - ago,) * 2)
    return str(path)


def test_a_container_is_charted_when_it_has_a_worker() -> None:
    async def scene(stage: Scene) -> None:
        await asyncio.sleep(0)
        assert stage.told.empty()
        stage.link.populated.set()
        assert (await stage.told.get()).roots

    play(scene)


def test_a_file_changed_since_has_it_charted_again_and_an_older_one_has_not(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.link.populated.set()
        await stage.told.get()
        stage.atlas.look_at(changed(tmp_path / "old.py", ago=60))
        stage.atlas.look_at(str(tmp_path / "none.py"))
        stage.atlas.look_at("\0")
        assert not stage.atlas._pages["c1"].is_stale.is_set()
        stage.atlas.look_at(changed(tmp_path / "new.py", ago=0))
        assert (await stage.told.get()).roots
        stage.atlas.look_at(changed(tmp_path / "new.py", ago=0))
        assert (await stage.told.get()).roots, "each time"

    play(scene)


def test_a_chart_that_fails_is_told_as_empty_and_tried_again(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        stage.trouble.append(OSError("no exec"))
        stage.link.populated.set()
        assert await stage.told.get() == FilesFound("web")
        stage.atlas.look_at(changed(tmp_path / "new.py", ago=0))
        assert (await stage.told.get()).roots

    play(scene)
