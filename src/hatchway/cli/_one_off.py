"""A one-off container of a compose service, for `pdb`: dependencies up, ports published, gone afterwards."""

import asyncio
import posixpath
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from hatchway.cli._neighbours import running_in
from hatchway.cli._signals import run_to_end
from hatchway.cli.screen import say
from hatchway.delivery import build_payload, freight
from hatchway.engines._docker import calls
from hatchway.engines.compose import PAYLOAD, ComposeEngine

_LABEL = "hatchway.one-off"


@dataclass(frozen=True, slots=True)
class OneOff:
    """A container about to be started."""

    engine: ComposeEngine
    argv: tuple[str, ...]
    label: str
    """By which it is found again."""
    directory: str
    """Where it begins, inside."""
    roots: tuple[Path, ...]
    """Folders here that may hold what is in that directory."""
    project: str
    before: frozenset[str]
    """The containers of the project that ran already."""

    def remove(self) -> None:
        """End the container, if it is there still."""
        asyncio.run(_remove(self.label))

    def beside(self) -> list[str]:
        """Return the services that it depends on and that were started for it: they run on."""
        running = asyncio.run(running_in(self.project))
        return sorted({service for name, service in running.items() if name not in self.before})

    def local(self, script: str) -> Path | None:
        """Return the file here that a script inside is, as far as folders tell."""
        return next((root / script for root in self.roots if (root / script).is_file()), None)

    def inside(self, script: str) -> str:
        """Return the path of a script inside."""
        return posixpath.normpath(PurePosixPath(self.directory, script).as_posix())


async def _remove(label: str) -> None:
    found = await calls.attempt("ps", "--all", "--quiet", "--filter", f"label={label}")
    if names := found.out.decode().split():
        await calls.attempt("rm", "--force", "--volumes", *names)


def prepare_one_off(folder: Path, service: str, command: Sequence[str]) -> OneOff:
    """Make all ready for it. Raises `HatchwayError` if the service is none, or cannot be debugged."""
    return run_to_end(_prepare(folder, service, command))


async def _prepare(folder: Path, service: str, command: Sequence[str]) -> OneOff:
    engine = ComposeEngine()
    load = freight(build_payload(), PAYLOAD, wait=True)
    say(f"preparing {service}")
    prepared = await engine.prepare(folder, (service,), load, build=False)
    config = (await engine.config(folder))["services"][service]
    label = f"{_LABEL}={secrets.token_hex(8)}"
    # Its output is no terminal's, and yet is to be seen when it is printed.
    options = ("--rm", "--service-ports", "--no-TTY", "--label", label, "--env", "PYTHONUNBUFFERED=1")
    argv = ("docker", *prepared.words, "run", *options, service, *command)
    before = frozenset(await running_in(prepared.project))
    directory = await engine.working_directory(folder, service)
    roots = tuple(_roots(folder, config, directory))
    return OneOff(engine, argv, label, directory, roots, prepared.project, before)


def _roots(folder: Path, config: Mapping[str, Any], directory: str) -> list[Path]:
    """Return what is mounted at the directory, what the image is built from, and the folder itself."""
    mounted = [
        Path(mount["source"])
        for mount in config.get("volumes") or ()
        if mount.get("type") == "bind" and mount.get("target") == directory
    ]
    context = (config.get("build") or {}).get("context")
    return [*mounted, *([Path(context)] if context else []), folder]
