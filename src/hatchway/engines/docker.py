"""The engine for plain containers: those that `docker run` starts, found by labels or by name."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
from typing import TYPE_CHECKING, Any

from hatchway.engines import Match, Selector
from hatchway.engines._docker import calls
from hatchway.engines._docker.arming import PAYLOAD, mounts_of
from hatchway.engines._docker.calls import DockerError
from hatchway.engines._docker.containers import Containers
from hatchway.engines._docker.images import facts_of
from hatchway.engines._docker.labels import DELIVERED, FOLDER, OUR_FOLDER, OUR_SERVICE, RUN, SERVICE
from hatchway.engines._docker.launch import Launch, added, deliver, read_run, require_image
from hatchway.engines._docker.volume import volume_for
from hatchway.errors import HatchwayError
from hatchway.model import Container

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from hatchway.engines import Freight
    from hatchway.engines._docker.words import RunCommand

__all__ = ["ENGINE", "PAYLOAD", "DockerEngine", "DockerError", "Launch"]

_SHORT_ID = 12
_PATIENCE = 5.0
"""Seconds that docker has to say whether a folder has containers; most folders have none."""


class DockerEngine(Containers):
    """Knows the containers that were started from a folder, or the one that is named."""

    name = "docker"

    def __init__(self, container: str = "") -> None:
        """Take the name or id of a container, if one is meant."""
        super().__init__()
        self._target = container
        self._name = ""

    async def detect(self, project: Path) -> Match | None:
        """Match a folder that containers were started from; no docker that answers means none."""
        if not await asyncio.to_thread(project.is_dir) or not shutil.which("docker"):
            return None
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self.stock(Selector(project))
        except (HatchwayError, TimeoutError):
            return None
        return Match(score=40, because=f"{found[0][0].name} was started from it") if found else None

    async def read(self, words: Sequence[str]) -> RunCommand:
        """Take a `docker run` apart. Raises `UsageError` for another command of docker's."""
        return await read_run(words)

    async def prepare(self, command: RunCommand, folder: Path, service: str, freight: Freight) -> Launch:
        """Do all that must be done before the container is started; nothing of the user's is touched.

        Raises `HatchwayError` if nothing in it could be debugged.
        """
        await calls.require_docker()
        image = await require_image(command, freight.notes)
        await deliver(image, freight)
        token = secrets.token_hex(6)
        service = service or service_of(command)
        labels = {OUR_FOLDER: _spelled(folder), OUR_SERVICE: service, RUN: token}
        words = command.with_options(added(command, image, freight, labels))
        return Launch(tuple(words), service, token, command.is_on("detach"), command.is_on("rm"))

    async def finish(self, folder: Path, services: Sequence[str], freight: Freight) -> None:
        """Do what can be done while the services start already: what is not, costs time at the attach."""
        ids = [container.id for container in await self.containers(Selector(folder, tuple(services)))]
        found = await calls.inspect("container", *ids) if ids else []
        await _compile([str(one["Image"]) for one in found], freight)

    async def compile(self, command: RunCommand, freight: Freight) -> None:
        """Do the same for a container that is just being started."""
        await _compile([command.image], freight)

    async def launched(self, launch: Launch) -> Mapping[str, Any] | None:
        """Return what docker knows of the container that was started; None if it is gone."""
        words = ("ps", "--all", "--quiet", "--no-trunc", "--filter", f"label={RUN}={launch.token}")
        ids = (await calls.call(*words)).split()
        found = await calls.inspect("container", *ids) if ids else []
        return found[0] if found else None

    async def stop(self, launch: Launch, *, is_urgent: bool) -> None:
        """End the container if it outlived docker's client; one that was never started is removed."""
        found = await self.launched(launch)
        if found and found["State"]["Status"] == "created":
            await calls.attempt("rm", "--force", "--volumes", found["Id"])
        elif found and found["State"]["Running"]:
            await calls.attempt("kill" if is_urgent else "stop", found["Id"])

    async def last_lines(self, launch: Launch, number: int) -> str:
        """Return the end of the container's log; empty if it is gone."""
        found = await self.launched(launch)
        said = await calls.attempt("logs", "--tail", str(number), found["Id"]) if found else None
        return "\n".join(filter(None, [said.out.decode(errors="replace").rstrip(), said.err])) if said else ""

    async def down(self, folder: Path) -> list[str]:
        """Stop the folder's containers, and return their names; those started with `--rm` are gone then."""
        found = await self.containers(Selector(folder))
        if found:
            await calls.call("stop", *(container.id for container in found))
        return [container.name for container in found]

    async def stock(self, selector: Selector) -> list[tuple[Container, str]]:
        """Return every running container that is meant, with the name of the volume it holds, if any."""
        if not self._target:
            return await self.running(selector, OUR_SERVICE)
        return [pair for pair in await self._named() if selector.selects(pair[0].service)]

    async def filters(self, selector: Selector) -> tuple[str, ...]:
        """Return the folder's label, or the name of the one container."""
        if self._target:
            return (f"container={self._name or self._target}",)
        return (f"label={OUR_FOLDER}={_spelled(selector.project)}",)

    def newcomer(self, event: dict[str, Any], selector: Selector) -> Container | None:
        """Return the container that was started; docker takes the beginning of a name for the name."""
        facts = event["Actor"]["Attributes"]
        came = _container(event["Actor"]["ID"], facts["name"], facts)
        is_meant = not self._target or came.name == self._name
        return came if is_meant and selector.selects(came.service) else None

    async def require_running(self) -> Container | None:
        """Return the container that was named; None if there is none of that name.

        Raises `HatchwayError` if it does not run.
        """
        found = await calls.inspect("container", self._target)
        if not found:
            return None
        state, name = found[0]["State"], found[0]["Name"].lstrip("/")
        if state.get("Running") and not state.get("Paused"):
            return _container(found[0]["Id"], name, found[0]["Config"].get("Labels") or {})
        is_paused = state.get("Paused")
        msg = f"the container {name} {'is paused' if is_paused else 'does not run'}"
        if not is_paused and state.get("ExitCode"):
            msg += f": it ended with exit code {state['ExitCode']}"
        wake = f"`docker {'unpause' if is_paused else 'start'} {name}`"
        raise HatchwayError(msg, f"{wake} first; `docker logs {name}` shows what it said.")

    async def way_out(self) -> str:
        """Return what makes the named container debuggable, if it was started without us."""
        found = await calls.inspect("container", self._target)
        labels = (found[0]["Config"].get("Labels") or {}) if found else {}
        if service := labels.get(SERVICE):
            return f"`hatchway up {service}` in {labels.get(FOLDER)} starts it anew, debuggable"
        image = found[0]["Config"]["Image"] if found else "IMAGE"
        return f"start it anew: hatchway run -- docker run [your options] {image}"

    async def _named(self) -> list[tuple[Container, str]]:
        found = await calls.inspect("container", self._name or self._target)
        if not found or not found[0]["State"].get("Running"):
            return []
        labels = found[0]["Config"].get("Labels") or {}
        # From now on by its name: so the one that follows it is known, too.
        self._name = found[0]["Name"].lstrip("/")
        return [(_container(found[0]["Id"], self._name, labels), labels.get(DELIVERED, ""))]


ENGINE = DockerEngine()


async def _compile(images: Sequence[str], freight: Freight) -> None:
    facts = await facts_of(images, freight.notes)
    await volume_for(mounts_of(freight), freight).compile(facts.values(), freight)


def service_of(command: RunCommand) -> str:
    """Return what a container is called among services: its own name, or else its image's."""
    short = command.image.removeprefix("sha256:").rpartition("/")[2].partition("@")[0].partition(":")[0]
    return command.last("name") or (short[:_SHORT_ID] if re.fullmatch(r"[0-9a-f]{64}", short) else short)


def _container(identity: str, name: str, labels: Mapping[str, str]) -> Container:
    service = labels.get(OUR_SERVICE) or labels.get(SERVICE) or name
    return Container(identity, name, service, is_foreign=True)


def _spelled(folder: Path) -> str:
    return re.sub(r"[\x00-\x1f]", "?", str(folder.resolve()))
