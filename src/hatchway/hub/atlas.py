"""The atlas: what was found out about each container's files, anew when a file of the project changes."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from hatchway.errors import HatchwayError
from hatchway.hub.link import Link
from hatchway.model import Container
from hatchway.session.events import FilesFound

log = logging.getLogger(__name__)

Chart = Callable[[Container], Awaitable[FilesFound]]
"""Compares a container's files with the project's."""

COARSE = 0.1
"""Seconds by which a file's time may lag behind ours."""


@dataclass(slots=True)
class _Page:
    """One container's."""

    is_stale: asyncio.Event = field(default_factory=asyncio.Event)
    begun: float = 0.0
    """When its files were compared last, in seconds of the wall clock, as files have it."""


class Atlas:
    """Charts containers, and tells the session."""

    def __init__(
        self, chart: Chart | None, feed: Callable[[FilesFound], None], changed: asyncio.Event
    ) -> None:
        """Take who compares (None: all is the same), whom to tell, and what to set when it was told."""
        self._chart = chart
        self._feed = feed
        self._changed = changed
        self._pages: dict[str, _Page] = {}

    async def keep(self, link: Link) -> None:
        """Compare a container's files once there is a worker to ask about, and whenever that is stale."""
        if self._chart is None or not link.container.is_foreign:
            return
        await link.populated.wait()
        page = self._pages[link.container.id] = _Page()
        try:
            while True:
                page.begun = time.time() - COARSE
                await self._compare(self._chart, link.container)
                await page.is_stale.wait()
                page.is_stale.clear()
        finally:
            if self._pages.get(link.container.id) is page:
                del self._pages[link.container.id]

    def look_at(self, path: str) -> None:
        """Have those containers charted anew that were before this file of the project's changed."""
        with contextlib.suppress(OSError, ValueError):
            changed = Path(path).stat().st_mtime
            for page in self._pages.values():
                if page.begun <= changed:
                    page.is_stale.set()

    async def _compare(self, chart: Chart, container: Container) -> None:
        try:
            self._feed(await chart(container))
        except (OSError, ValueError, HatchwayError) as error:
            log.warning("%s: its files could not be compared with yours: %s", container.name, error)
            self._feed(FilesFound(container.service))
        self._changed.set()
