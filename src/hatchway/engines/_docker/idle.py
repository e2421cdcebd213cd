"""A container of our own, mostly never run: by it an image is looked into, a volume filled and compiled."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import secrets
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway.engines._docker import calls, labels
from hatchway.engines._docker.owners import owned, sweep_orphans

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

log = logging.getLogger(__name__)

PREFIX = "hatchway-idle-"
"""How the names of our own containers begin; none of them outlives the call that made it."""
NOBODYS = ("--label", f"{labels.PROJECT}=", "--label", f"{labels.SERVICE}=")
"""Options for containers of our own: images that Compose built bear its labels; it would count ours in."""
_MOST_LINKS = 8
_PAUSES = (0.1, 0.3, 1, 3)
"""Seconds between tries to remove a container that the engine is busy with."""


@dataclass(frozen=True, slots=True)
class IdleContainer:
    """A created container."""

    name: str

    async def put(self, directory: str, archive: bytes) -> None:
        """Unpack a tar there. Raises `DockerError` if that fails, for want of room say."""
        await calls.call("cp", "-", f"{self.name}:{directory}", stdin=archive)

    async def run(self, stdin: bytes) -> bool:
        """Run its command to the end; tell whether that went well."""
        said = await calls.attempt("start", "--attach", "--interactive", self.name, stdin=stdin)
        return said.code == 0

    async def tell(self) -> bytes:
        """Run its command to the end; return what that printed, nothing if it failed."""
        said = await calls.attempt("start", "--attach", self.name)
        return b"" if said.code else said.out

    async def fetch(self, directory: str) -> bytes:
        """Return a directory as a tar. Raises `DockerError` if there is none."""
        said = await calls.attempt("cp", f"{self.name}:{directory}", "-")
        if said.code:
            raise calls.meaning_of(said.err, ("cp",))
        return said.out

    async def follow(self, path: str) -> str | None:
        """Return where a path leads through links of its last part; None if there is nothing."""
        for _ in range(_MOST_LINKS):
            said = await calls.attempt("cp", f"{self.name}:{path}", "-")
            if said.code:
                return None
            with tarfile.open(fileobj=io.BytesIO(said.out)) as archive:
                first = archive.next()
            if first is None or not first.issym():
                return path
            path = first.linkname if first.linkname.startswith("/") else _beside(path, first.linkname)
        return None


@contextlib.asynccontextmanager
async def idle_container(
    image: str, *options: str, command: Sequence[str] = ("hatchway",)
) -> AsyncIterator[IdleContainer]:
    """Create a container of the image, and remove it with its own volumes, whatever happens meanwhile."""
    await sweep_orphans()
    name = f"{PREFIX}{secrets.token_hex(6)}"
    named = ("--name", name, "--label", owned(), "--network", "none", *NOBODYS)
    try:
        # An image may be without a command, and the container need not run. Called to its end: the engine
        # creates a container also when nobody waits any more, and it could not be removed before.
        said = await calls.insist("create", *named, *options, image, *command)
        if said.code:
            raise calls.meaning_of(said.err, ("create",))
        yield IdleContainer(name)
    finally:
        await _remove(name)


async def _remove(name: str) -> None:
    for pause in _PAUSES:
        said = await calls.insist("rm", "--force", "--volumes", name)
        if said.code == 0 or "No such container" in said.err:
            return
        await asyncio.sleep(pause)
    log.warning("the container %s could not be removed: %s", name, said.err)


def _beside(path: str, link: str) -> str:
    parts = path.split("/")[:-1]
    for part in link.split("/"):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
