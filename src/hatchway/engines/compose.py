"""The engine for Docker Compose: the containers of a project, found by labels, followed by events."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import aclosing
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from hatchway.engines import Change, Match, Origins, Place, Selector
from hatchway.engines._compose.files import ComposeFiles
from hatchway.engines._compose.plan import Mounts
from hatchway.engines._compose.prepare import Prepared, Request, compile_payload, prepare
from hatchway.engines._docker import adoption, calls
from hatchway.engines._docker.interpreters import is_python, likely_pythons
from hatchway.errors import HatchwayError
from hatchway.model import Container
from hatchway.tunnel import CommandTunnel

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Sequence

    from hatchway.engines import Freight
    from hatchway.tunnel import Tunnel

__all__ = ["ADOPTED", "DELIVERED", "ENGINE", "PAYLOAD", "RENDEZVOUS", "ComposeEngine", "Prepared"]

PAYLOAD = PurePosixPath("/opt/hatchway")
"""Where the payload lies in each container."""
RENDEZVOUS = PAYLOAD / "run"
"""Inside the payload's volume, whose directory of that name gives it its mode: elsewhere, a tmpfs loses its
own when the container is restarted."""
ADOPTED = adoption.HOME
"""Where it lies in those that were not started with it."""
DELIVERED = "hatchway.payload"
"""The label of a container with the payload in it; its value is the payload's hash."""

_PROJECT = "com.docker.compose.project"
_SERVICE = "com.docker.compose.service"
_FOLDER = "com.docker.compose.project.working_dir"
_FORMAT = "\t".join(
    ("{{.ID}}", "{{.Names}}", f'{{{{.Label "{_SERVICE}"}}}}', f'{{{{.Label "{DELIVERED}"}}}}', "{{.State}}")
)
_VERSION = "import sys; print(list(sys.version_info[:2]))"
_GROWN = 2
"""Seconds after which a process has been surveyed, if it took the payload in."""
_RETRY = 1.0
"""Seconds before a lost stream of events is opened anew."""


class ComposeEngine:
    """Knows the containers of one compose project at a time: that of the folder it is asked about."""

    name = "compose"

    def __init__(self, files: Sequence[str] = (), profiles: Sequence[str] = ()) -> None:
        """Take the user's choice of compose files, if one was made."""
        self._files = tuple(files)
        self._profiles = tuple(profiles)
        self._adopted: set[str] = set()
        """Containers, by id, whose processes took the payload in while they ran."""
        self._projects: dict[Path, str] = {}
        self._configs: dict[Path, dict[str, Any]] = {}

    def files(self, folder: Path) -> ComposeFiles:
        """Return the choice of files for a folder."""
        return ComposeFiles(folder, self._files, self._profiles)

    async def detect(self, project: Path) -> Match | None:
        """Match a folder that has, or lies below, a compose file."""
        if not await asyncio.to_thread(project.is_dir):
            return None
        chosen = await asyncio.to_thread(self.files(project).chosen)
        return Match(score=50, because=f"{Path(chosen[0]).name} describes it") if chosen else None

    async def config(self, folder: Path) -> dict[str, Any]:
        """Return the project as Compose itself understands it: all files, variables and profiles resolved."""
        words = (*self.files(folder).words(), "config", "--format", "json")
        said = await calls.attempt(*words, folder=folder)
        if said.code:
            raise _invalid(said.err, words)
        config: dict[str, Any] = json.loads(said.out)
        self._projects[folder] = config["name"]
        self._configs[folder] = config
        return config

    async def prepare(
        self, folder: Path, services: Sequence[str], freight: Freight, *, build: bool
    ) -> Prepared:
        """Do all that must be done before `docker compose up`; nothing of the project's is touched."""
        config = await self.config(folder)
        armed = {container.service for container, held in await self.stock(Selector(folder)) if held}
        request = Request(tuple(services), tuple(armed), build)
        return await prepare(config, self.files(folder), request, _mounts(freight), freight)

    async def finish(self, folder: Path, services: Sequence[str], freight: Freight) -> None:
        """Do what can be done while the services start already: what is not, costs time at the attach."""
        await compile_payload(await self.config(folder), services, _mounts(freight), freight)

    async def run(self, folder: Path, prepared: Prepared, words: Sequence[str]) -> int:
        """Run a `docker compose` on the prepared project to its end, with its output shown."""
        return await calls.show(*prepared.words, *words, folder=folder)

    async def start(self, folder: Path, prepared: Prepared, words: Sequence[str]) -> Process:
        """Start a `docker compose` on the prepared project, with its output shown."""
        return await calls.shown(*prepared.words, *words, folder=folder)

    async def ended(self, prepared: Prepared) -> dict[str, int]:
        """Return the prepared services that have a container which has failed, with its exit code."""
        label = f"label={_PROJECT}={prepared.project}"
        template = f'{{{{.Label "{_SERVICE}"}}}}\t{{{{.Status}}}}'
        words = ("ps", "--all", "--filter", label, "--filter", "status=exited", "--format", template)
        lines = [line.partition("\t") for line in (await calls.call(*words)).splitlines()]
        codes = {service: re.match(r"Exited \((\d+)\)", status) for service, _, status in lines}
        failed = {service: int(code[1]) for service, code in codes.items() if code and code[1] != "0"}
        return {service: code for service, code in failed.items() if service in prepared.plan.services}

    async def down(self, folder: Path, words: Sequence[str]) -> int:
        """Stop and remove the project's containers and networks; return Compose's exit code."""
        files = self.files(folder)
        if not await asyncio.to_thread(files.chosen):
            project = await self._project(folder)
            return await calls.show("compose", "--project-name", project, "down", *words, folder=folder)
        return await calls.show(*files.words(), "down", *words, folder=folder)

    async def containers(self, selector: Selector) -> list[Container]:
        """Return the running containers that hold a payload."""
        found = await self.stock(selector)
        return [one for one, held in found if held or one.id in self._adopted]

    async def origins(self, selector: Selector, container: Container) -> Origins:
        """Return the container's bind mounts, its working directory, and its service's build context."""
        found = await calls.inspect("container", container.id)
        facts = found[0] if found else {}
        binds = [mount for mount in facts.get("Mounts", ()) if mount.get("Type") == "bind"]
        return Origins(
            tuple((str(mount["Source"]), str(mount["Destination"])) for mount in binds),
            tuple([context] if (context := await self._context(selector.project, container.service)) else ()),
            tuple(filter(None, [facts.get("Config", {}).get("WorkingDir")])),
        )

    async def _context(self, folder: Path, service: str) -> str:
        """Return the folder a service's image is built from; empty if it is not, or the files are gone."""
        if not await asyncio.to_thread(self.files(folder).chosen):
            return ""
        config = self._configs.get(folder) or await self.config(folder)
        build = config.get("services", {}).get(service, {}).get("build") or {}
        return str(build.get("context") or "")

    async def lively(self, selector: Selector) -> list[Container]:
        """Return the same: a container lives as long as its processes."""
        return await self.containers(selector)

    async def out_of_reach(self, selector: Selector) -> list[str]:
        """Return the services that have a payload and run Python: out of reach, if they are in no survey."""
        found = await self.containers(selector)
        lines = [await calls.command_lines(container.id, older_than=_GROWN) for container in found]
        runs = (any(is_python(words) for words in those) for those in lines)
        return sorted({one.service for one, is_running in zip(found, runs, strict=True) if is_running})

    async def bare(self, selector: Selector) -> list[Container]:
        """Return the running containers without a payload."""
        found = await self.stock(selector)
        return [one for one, held in found if not held and one.id not in self._adopted]

    async def adopt(self, container: Container, freight: Freight) -> tuple[list[int], list[int]] | None:
        """Take in the processes of a running container without a restart; None if its Python cannot.

        Returns the pids of those that are in, and of those that sleep. A restart undoes it.
        """
        pythons = likely_pythons(await calls.command_lines(container.id))
        for python in pythons:
            said = await calls.attempt("exec", container.id, python, "-I", "-S", "-c", _VERSION)
            if said.code == 0:
                if json.loads(said.out) < [3, 14]:
                    return None
                taken = await adoption.adopt(container.id, python, freight.pack)
                self._adopted.add(container.id)
                return taken
        return None

    async def stock(self, selector: Selector) -> list[tuple[Container, str]]:
        """Return every running container of the services, with the hash of the payload it holds, if any."""
        project = await self._project(selector.project)
        words = ["ps", "--no-trunc", "--filter", f"label={_PROJECT}={project}", "--format", _FORMAT]
        found = []
        for line in (await calls.call(*words)).splitlines():
            identity, names, service, armed, state = line.split("\t")
            if selector.selects(service) and state == "running":
                found.append((Container(identity, names.split(",")[0], service, is_foreign=True), armed))
        return sorted(found, key=lambda pair: (pair[0].service, pair[0].name))

    async def exec(self, container: Container, argv: Sequence[str]) -> Tunnel:
        """Run a command in the container, as the container's own user."""
        return CommandTunnel(calls.argv_of(["exec", "-i", container.id, *argv]), env=calls.environment())

    async def place(self, selector: Selector, container: Container) -> Place:  # noqa: ARG002 - the same in all
        """Return where the payload's volume is mounted, and what Pythons there may be."""
        pythons = likely_pythons(await calls.command_lines(container.id))
        if container.id in self._adopted:
            return Place(adoption.HOME, adoption.RENDEZVOUS, pythons)
        return Place(PAYLOAD, RENDEZVOUS, pythons)

    async def watch(self, selector: Selector) -> AsyncIterator[Change]:
        """Tell which containers hold a payload, then each that starts or ends, whatever the engine does."""
        known: dict[str, Container] = {}
        while True:
            since = await calls.now()
            there = {container.id: container for container in await self.containers(selector)}
            for gone in sorted(known.keys() - there.keys()):
                yield Change(known.pop(gone), gone=True)
            for new in sorted(there.keys() - known.keys()):
                known[new] = there[new]
                yield Change(there[new])
            project = await self._project(selector.project)
            filters = ("type=container", f"label={_PROJECT}={project}", "event=start", "event=die")
            async with aclosing(calls.events(since, *filters)) as events:
                async for event in events:
                    if change := _change_of(event, selector, known):
                        yield change
            await asyncio.sleep(_RETRY)

    async def _project(self, folder: Path) -> str:
        """Return the name of the folder's compose project."""
        if folder not in self._projects:
            if await asyncio.to_thread(self.files(folder).chosen):
                await self.config(folder)
            else:
                self._projects[folder] = await _running_project(folder)
        return self._projects[folder]


ENGINE = ComposeEngine()


def _mounts(freight: Freight) -> Mounts:
    return Mounts(f"hatchway-{freight.name}", str(PAYLOAD), str(RENDEZVOUS), DELIVERED)


def _invalid(err: str, words: Sequence[str]) -> HatchwayError:
    """Return the error for a configuration that Compose does not take, if nothing else is wrong."""
    meaning = calls.meaning_of(err, words)
    if "failed: " not in meaning.message:
        return meaning
    what = meaning.message.partition("failed: ")[2]
    return HatchwayError(f"the compose file is not valid: {what}", "`docker compose config` checks it.")


def _change_of(event: dict[str, Any], selector: Selector, known: dict[str, Container]) -> Change | None:
    facts = event["Actor"]["Attributes"]
    identity, service = event["Actor"]["ID"], facts.get(_SERVICE, "")
    if event["Action"] == "die":
        gone = known.pop(identity, None)
        return Change(gone, gone=True) if gone else None
    if identity in known or not facts.get(DELIVERED) or not selector.selects(service):
        return None
    # A container that replaces another bears a preliminary name for a moment: number and service say as much.
    name = f"{facts.get(_PROJECT)}-{service}-{facts.get('com.docker.compose.container-number', '1')}"
    known[identity] = Container(identity, name, service, is_foreign=True)
    return Change(known[identity])


async def _running_project(folder: Path) -> str:
    """Return the name of the project that was started from this folder, its files being elsewhere or gone."""
    template = f'{{{{.Label "{_PROJECT}"}}}}'
    said = await calls.call("ps", "--filter", f"label={_FOLDER}={folder}", "--format", template)
    return next(iter(sorted(said.split())), folder.name)
