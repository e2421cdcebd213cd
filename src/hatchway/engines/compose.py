"""The engine for Docker Compose: the containers of a project, found by labels, followed by events."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchway.engines import Match, Selector
from hatchway.engines._compose.files import ComposeFiles
from hatchway.engines._compose.plan import image_of
from hatchway.engines._compose.prepare import (
    Prepared,
    Request,
    compile_payload,
    override_name,
    prepare,
)
from hatchway.engines._docker import calls, labels
from hatchway.engines._docker.arming import PAYLOAD, RENDEZVOUS, mounts_of
from hatchway.engines._docker.containers import ADOPTED, Containers
from hatchway.engines._docker.images import facts_of
from hatchway.errors import HatchwayError
from hatchway.model import Container

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Sequence

    from hatchway.engines import Freight, Origins
    from hatchway.engines._docker.images import ImageFacts

__all__ = ["ADOPTED", "ENGINE", "PAYLOAD", "RENDEZVOUS", "ComposeEngine", "Prepared"]


class ComposeEngine(Containers):
    """Knows the containers of one compose project at a time: that of the folder it is asked about."""

    name = "compose"

    def __init__(self, files: Sequence[str] = (), profiles: Sequence[str] = ()) -> None:
        """Take the user's choice of compose files, if one was made."""
        super().__init__()
        self._files = tuple(files)
        self._profiles = tuple(profiles)
        self._projects: dict[Path, str] = {}
        self._configs: dict[Path, dict[str, Any]] = {}

    def with_all_profiles(self) -> ComposeEngine:
        """Return an engine that sees the services of all profiles."""
        return ComposeEngine(self._files, ("*",))

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
        await calls.require_docker()
        config = await self.config(folder)
        armed = {container.service for container, held in await self.stock(Selector(folder)) if held}
        request = Request(tuple(services), tuple(armed), build)
        return await prepare(config, self.files(folder), request, mounts_of(freight), freight)

    async def working_directory(self, folder: Path, service: str) -> str:
        """Return where a service's processes begin: what its configuration says, else its image."""
        config = self._configs.get(folder) or await self.config(folder)
        if given := config["services"][service].get("working_dir"):
            return str(given)
        images = await calls.inspect("image", image_of(config, service))
        return str((images[0]["Config"].get("WorkingDir") if images else "") or "/")

    async def image(self, folder: Path, service: str, notes: Path) -> ImageFacts:
        """Return what is known of a service's image, which must be there. `notes` is a folder of ours."""
        name = image_of(self._configs.get(folder) or await self.config(folder), service)
        return (await facts_of([name], notes / "images.json"))[name]

    async def finish(self, folder: Path, services: Sequence[str], freight: Freight) -> None:
        """Do what can be done while the services start already: what is not, costs time at the attach."""
        await compile_payload(await self.config(folder), services, mounts_of(freight), freight)

    async def run(self, folder: Path, prepared: Prepared, words: Sequence[str]) -> int:
        """Run a `docker compose` on the prepared project to its end, with its output shown."""
        return await calls.show(*prepared.words, *words, folder=folder)

    async def start(self, folder: Path, prepared: Prepared, words: Sequence[str]) -> Process:
        """Start a `docker compose` on the prepared project, with its output shown."""
        return await calls.shown(*prepared.words, *words, folder=folder)

    async def ended(self, selector: Selector) -> dict[str, int]:
        """Return the services that have a container which has ended, with the worst exit code."""
        (label,) = await self.filters(selector)
        template = f"{labels.shown(labels.SERVICE)}\t{{{{.Status}}}}"
        words = ("ps", "--all", "--filter", label, "--filter", "status=exited", "--format", template)
        found: dict[str, int] = {}
        for line in (await calls.call(*words)).splitlines():
            service, _, status = line.partition("\t")
            if (code := re.match(r"Exited \((\d+)\)", status)) and selector.selects(service):
                found[service] = max(found.get(service, 0), int(code[1]))
        return found

    async def down(self, folder: Path, words: Sequence[str]) -> int | None:
        """Stop and remove the project's containers and networks; return Compose's exit code.

        None if there is no project: no file describes one, and none runs that was started here.
        """
        files = self.files(folder)
        if not await asyncio.to_thread(files.chosen):
            if not (project := await self._project(folder)):
                return None
            return await calls.show("compose", "--project-name", project, "down", *words, folder=folder)
        return await calls.show(*files.words(), "down", *words, folder=folder)

    async def origins(self, selector: Selector, container: Container) -> Origins:
        """Return the container's bind mounts, its working directory, and its service's build context."""
        context = await self._context(selector.project, container.service)
        return replace(await super().origins(selector, container), built_from=(context,) if context else ())

    async def _context(self, folder: Path, service: str) -> str:
        """Return the folder a service's image is built from; empty if it is not, or the files are gone."""
        if not await asyncio.to_thread(self.files(folder).chosen):
            return ""
        config = self._configs.get(folder) or await self.config(folder)
        build = config.get("services", {}).get(service, {}).get("build") or {}
        return str(build.get("context") or "")

    async def stock(self, selector: Selector) -> list[tuple[Container, str]]:
        """Return every running container of the services, with the hash of the payload it holds, if any."""
        return await self.running(selector, labels.SERVICE)

    async def filters(self, selector: Selector) -> tuple[str, ...]:
        """Return the project's label."""
        return (f"label={labels.PROJECT}={await self._project(selector.project)}",)

    def newcomer(self, event: dict[str, Any], selector: Selector) -> Container | None:
        """Return the container that was started, if it is of a selected service."""
        facts = event["Actor"]["Attributes"]
        service = facts.get(labels.SERVICE, "")
        if not selector.selects(service):
            return None
        # One that replaces another bears a preliminary name for a moment: number and service say as much.
        name = f"{facts.get(labels.PROJECT)}-{self.called(event)}"
        return Container(event["Actor"]["ID"], name, service, is_foreign=True)

    def called(self, event: dict[str, Any]) -> str:
        """Return what Compose calls the container in its log: service and number."""
        facts = event["Actor"]["Attributes"]
        return f"{facts.get(labels.SERVICE, '')}-{facts.get(labels.NUMBER, '1')}"

    async def _project(self, folder: Path) -> str:
        """Return the name of the folder's compose project; empty while it has none."""
        if folder not in self._projects:
            if await asyncio.to_thread(self.files(folder).chosen):
                await self.config(folder)
            elif started := await _running_project(folder):
                self._projects[folder] = started
        return self._projects.get(folder, "")


ENGINE = ComposeEngine()


def _invalid(err: str, words: Sequence[str]) -> HatchwayError:
    """Return the error for a configuration that Compose does not take, if nothing else is wrong."""
    meaning = calls.meaning_of(err, words)
    if "failed: " not in meaning.message:
        return meaning
    what = meaning.message.partition("failed: ")[2]
    return HatchwayError(f"the compose file is not valid: {what}", "`docker compose config` checks it.")


async def _running_project(folder: Path) -> str:
    """Return the name of the project that was started from this folder, its files being elsewhere or gone.

    Empty if there is none: what bears the folder's name was started from another folder of that name.
    """
    template = "\t".join(map(labels.shown, (labels.PROJECT, labels.FOLDER, labels.FILES)))
    lines = (
        await calls.call("ps", "--all", "--filter", f"label={labels.PROJECT}", "--format", template)
    ).splitlines()
    found = [line.split("\t") for line in lines]
    # Its files may lie in another folder: ours among them says from which one it was started.
    ours = {name for name, _, files in found if override_name(folder, name) in files}
    return next(iter(sorted(ours or {name for name, there, _ in found if there == str(folder)})), "")
