"""A container of our own, mostly never run: by it an image is looked into, a volume filled and compiled."""

from __future__ import annotations

import asyncio
import contextlib
import io
import secrets
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway.engines._docker import calls, labels

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

PREFIX = "hatchway-idle-"
"""How the names of our own containers begin; none of them outlives the call that made it."""
NOBODYS = ("--label", f"{labels.PROJECT}=", "--label", f"{labels.SERVICE}=")
"""Options for containers of our own: images that Compose built bear its labels; it would count ours in."""
_MOST_LINKS = 8


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
    name = f"{PREFIX}{secrets.token_hex(6)}"
    words = ["create", "--name", name, "--network", "none", *NOBODYS, *options, image]
    # An image may be without a command, and the container need not run. What was begun is waited for: the
    # engine creates a container also when nobody waits any more, and it could not be removed before.
    creating = asyncio.ensure_future(calls.call(*words, *command))
    try:
        await asyncio.shield(creating)
        yield IdleContainer(name)
    finally:
        await asyncio.shield(_remove(name, creating))


async def _remove(name: str, creating: asyncio.Future[str]) -> None:
    await asyncio.wait([creating])
    await calls.attempt("rm", "--force", "--volumes", name)


def _beside(path: str, link: str) -> str:
    parts = path.split("/")[:-1]
    for part in link.split("/"):
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
