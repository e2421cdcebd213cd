"""Finds out which files of a container are which of the project: asks there, looks here, matches."""

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchway.delivery import files_argv
from hatchway.engines import Engine, Origins, Selector
from hatchway.model import Container
from hatchway.session.events import FilesFound
from hatchway.session.matching import Difference, Hints, SourceFile, match
from hatchway.session.paths import Roots

MOST_FILES = 50_000
LARGEST = 4 << 20
_SKIPPED = {"__pycache__", "node_modules", "site-packages"}


class Charting:
    """Charts the containers of one project."""

    def __init__(self, engine: Engine, selector: Selector, payload: Path) -> None:
        """Take whom to ask; `payload` is where it lies on this host."""
        self._engine = engine
        self._selector = selector
        self._payload = payload

    async def chart(self, container: Container, python: str) -> FilesFound:
        """Compare the container's files with the project's. `python` is one that runs there."""
        origins = await self._engine.origins(self._selector, container)
        here = [str(self._selector.project), *origins.built_from, *(local for local, _ in origins.binds)]
        local = await asyncio.to_thread(_project_files, here)
        wanted = {
            "names": sorted({path.name for path in local}),
            "packages": sorted({path.parent.name for path in local} | {path.name for path in local}),
            "roots": [*origins.inside, *(remote for _, remote in origins.binds)],
        }
        told = await self._ask(container, python, wanted)
        remote = {path: SourceFile(digest, lines) for path, (digest, lines) in told.items()}
        names = {path.rpartition("/")[2] for path in remote}
        ours = await asyncio.to_thread(_read_files, [path for path in local if path.name in names])
        binds = await asyncio.to_thread(_mounted_from_here, origins)
        hints = Hints(binds, origins.built_from, origins.inside)
        matched = await asyncio.to_thread(match, ours, remote, hints)
        return FilesFound(
            container.service,
            tuple((pair.local, pair.remote) for pair in binds),
            matched.files,
            tuple((one.local, _sentence(one, container.service)) for one in matched.differing),
        )

    async def _ask(self, container: Container, python: str, wanted: dict[str, Any]) -> dict[str, list[Any]]:
        place = await self._engine.place(self._selector, container)
        argv = files_argv(place.payload or self._payload, python, place.rendezvous)
        tunnel = await self._engine.exec(container, argv)
        said = bytearray()
        try:
            await tunnel.send_all(json.dumps(wanted).encode() + b"\n")
            while data := await tunnel.receive_some():
                said += data
        finally:
            await tunnel.aclose()
        told: dict[str, list[Any]] = json.loads(said)
        return told


def _mounted_from_here(origins: Origins) -> tuple[Roots, ...]:
    """Return the mounts whose source is here: with an engine elsewhere, it need not be."""
    return tuple(Roots(here, there) for here, there in origins.binds if Path(here).exists())


def _sentence(difference: Difference, service: str) -> str:
    name = difference.local.rpartition("/")[2]
    there, here = difference.remote_lines, difference.local_lines
    lines = f"({there} lines there, {here} here)"
    return f"{name} in {service} is not your file {lines}: what runs is {difference.remote}"


def _project_files(folders: list[str]) -> list[Path]:
    """Return the Python files of the project, each once."""
    found: dict[Path, None] = {}
    for folder in folders:
        for path in _walk(folder):
            found[path] = None
            if len(found) >= MOST_FILES:
                return list(found)
    return list(found)


def _walk(root: str) -> Iterator[Path]:
    if root.endswith(".py"):
        yield Path(root)
    for folder, below, files in os.walk(root):
        if "pyvenv.cfg" in files:
            below.clear()
            continue
        below[:] = sorted(name for name in below if name not in _SKIPPED and not name.startswith("."))
        yield from (Path(folder, name) for name in files if name.endswith(".py"))


def _read_files(paths: list[Path]) -> dict[str, SourceFile]:
    found = {}
    for path in paths:
        try:
            text = path.read_bytes()
        except OSError:
            continue
        if len(text) <= LARGEST:
            lines = text.count(b"\n") + (not text.endswith(b"\n"))
            found[path.as_posix()] = SourceFile(hashlib.sha256(text).hexdigest(), lines)
    return found
