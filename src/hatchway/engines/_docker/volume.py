"""The volume that a payload travels in: made and filled once per engine, compiled once per Python."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tarfile
from typing import TYPE_CHECKING, Any

from hatchway.engines._docker import calls
from hatchway.engines._docker.idle import idle_container

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from hatchway.engines import Freight
    from hatchway.engines._docker.arming import Mounts
    from hatchway.engines._docker.images import ImageFacts

_KIND = "hatchway.volume"
_MOST_NOTES = 50
_COMPLETE = "complete"
"""The file that is put last: with it, all is there."""
_PROGRAM = ("-I", "-S", "-c")


class Volume:
    """A named volume. What was done to which is noted on this host, in the file `notes`."""

    def __init__(self, name: str, target: str, notes: Path) -> None:
        """Name it, and say where containers mount it."""
        self.name = name
        self._target = target
        self._notes = notes

    async def fill(self, image: str, pack: Callable[[], bytes]) -> bool:
        """See to it that the volume holds what `pack` returns; tell whether that was still to be done.

        A volume that nobody finished filling, or that somebody made anew, is filled again: to the same.
        """
        there = await self._identity()
        if there and there in _read(self._notes):
            return False
        await calls.call("volume", "create", "--label", f"{_KIND}=payload", self.name)
        async with idle_container(image, "-v", f"{self.name}:{self._target}") as idle:
            # Filled for another cache than ours, it may be in use: no file is to be missing for a moment.
            if not there or await idle.follow(f"{self._target}/{_COMPLETE}") is None:
                await idle.put(self._target, pack())
                await idle.put(self._target, _marker())
        _note(self._notes, await self._identity(), "filled")
        await self._drop_others()
        return True

    async def compile(self, images: Iterable[ImageFacts], freight: Freight) -> None:
        """Compile what is in it for each Python of the images, one after the other, unless that is done.

        Without it all works, slower.
        """
        for version, image in {image.version: image for image in images if image.version}.items():
            await self._compile_for(image, ".".join(map(str, version)), freight)

    async def _compile_for(self, image: ImageFacts, version: str, freight: Freight) -> None:
        identity = await self._identity()
        if version in _read(self._notes).get(identity, []):
            return
        mount = f"{self.name}:{self._target}"
        options = ("--rm", "--interactive", "--user", "0", "-v", mount, "--entrypoint", image.python)
        async with idle_container(image.id, *options, command=(*_PROGRAM, freight.compiler)) as idle:
            if await idle.run(freight.sources):
                _note(self._notes, identity, version)

    async def _identity(self) -> str:
        """Return what tells this volume from an earlier one of its name; empty if there is none."""
        found = await calls.inspect("volume", self.name)
        return f"{self.name} {found[0].get('CreatedAt')} {found[0].get('Mountpoint')}" if found else ""

    async def _drop_others(self) -> None:
        """Remove the volumes of other payloads, but those that a container still has."""
        said = await calls.attempt("volume", "ls", "--quiet", "--filter", f"label={_KIND}=payload")
        others = set(said.out.decode().split()) - {self.name}
        if others:
            await calls.attempt("volume", "rm", *sorted(others))


def volume_for(mounts: Mounts, freight: Freight) -> Volume:
    """Return the volume of a payload; what is done to it is noted beside the payload on this host."""
    return Volume(mounts.volume, mounts.payload, freight.notes / "volumes.json")


def _marker() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(_COMPLETE))
    return packed.getvalue()


def _read(notes: Path) -> dict[str, list[str]]:
    with contextlib.suppress(OSError, ValueError):
        found: Any = json.loads(notes.read_text("utf-8"))
        if isinstance(found, dict):
            return found
    return {}


def _note(notes: Path, identity: str, what: str) -> None:
    noted = _read(notes)
    noted[identity] = [*noted.pop(identity, []), what]
    fresh = notes.with_name(f"{notes.name}.{os.getpid()}")  # renamed: a reader sees a whole file or none
    fresh.write_text(json.dumps(dict(list(noted.items())[-_MOST_NOTES:])), "utf-8")
    fresh.replace(notes)
