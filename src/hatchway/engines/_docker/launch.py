"""The steps before a `docker run`: image there, volume filled, options put in."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hatchway.engines._docker import calls
from hatchway.engines._docker.arming import RENDEZVOUS_MODE, RENDEZVOUS_SIZE, mounts_of, why_not
from hatchway.engines._docker.images import facts_of
from hatchway.engines._docker.volume import volume_for
from hatchway.engines._docker.words import options_of, run_command
from hatchway.errors import HatchwayError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hatchway.engines import Freight
    from hatchway.engines._docker.images import ImageFacts
    from hatchway.engines._docker.words import Options, RunCommand


@dataclass(frozen=True, slots=True)
class Launch:
    """A `docker run` that makes a debuggable container."""

    words: tuple[str, ...]
    service: str
    token: str
    """The value of the label `hatchway.run`: by it this very container is found."""
    is_detached: bool
    removes_itself: bool


async def read_run(words: Sequence[str]) -> RunCommand:
    """Take a `docker run` apart, with the options that this docker knows. Raises `UsageError`."""
    docker, run = await _options("--help"), await _options("run", "--help")
    return run_command(words, docker, run)


async def require_image(command: RunCommand, notes: Path) -> ImageFacts:
    """Return the image's facts; it is pulled if it is missing. Raises `HatchwayError` if it will not do."""
    name = command.image
    facts = await facts_of([name], notes)
    if name not in facts and command.last("pull") != "never":
        platform = command.last("platform")
        code = await calls.show("pull", *(["--platform", platform] if platform else []), name)
        if code:
            msg = f"the image {name} cannot be had (exit code {code})"
            raise HatchwayError(
                msg, "Docker's own lines above say why; `docker images` lists those there are."
            )
        facts = await facts_of([name], notes)
    if name not in facts:
        msg = f"there is no image {name}, and --pull never forbids to get it"
        raise HatchwayError(msg, "`docker images` lists those there are.")
    if reason := why_not(facts[name]):
        msg = f"{name} cannot be debugged: {reason}"
        raise HatchwayError(msg, "Name an image with Python 3.10 or newer, or run it without hatchway.")
    return facts[name]


async def deliver(image: ImageFacts, freight: Freight) -> None:
    """See to it that the payload's volume is there."""
    await volume_for(mounts_of(freight), freight).fill(image.id, freight.pack)


def added(command: RunCommand, image: ImageFacts, freight: Freight, labels: Mapping[str, str]) -> list[str]:
    """Return what is added to a `docker run`: environment, volume, tmpfs and labels, and nothing else."""
    mounts = mounts_of(freight)
    variables = freight.inject({**image.environ, **_own_variables(command)})
    tmpfs = f"tmpfs-mode={RENDEZVOUS_MODE:o},tmpfs-size={RENDEZVOUS_SIZE}"
    words = [
        ("--mount", f"type=volume,source={mounts.volume},target={mounts.payload},readonly"),
        ("--mount", f"type=tmpfs,target={mounts.rendezvous},{tmpfs}"),
        *(("--env", f"{name}={value}") for name, value in variables.items()),
        *(("--label", f"{name}={value}") for name, value in {mounts.label: mounts.volume, **labels}.items()),
    ]
    return [word for pair in words for word in pair]


async def _options(*words: str) -> Options:
    return await asyncio.to_thread(options_of, await calls.call(*words))


def _own_variables(command: RunCommand) -> dict[str, str]:
    """Return the variables that the command sets, as docker reads them: files first, the last one counts."""
    lines = [line for file in command.given.get("env-file", ()) for line in _lines(Path(file))]
    variables = {}
    for line in (*lines, *command.given.get("env", ())):
        name, equals, value = line.partition("=")
        if equals:
            variables[name] = value
        elif name in os.environ:
            variables[name] = os.environ[name]
    return variables


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        msg = f"--env-file {file} cannot be read: {error}"
        raise UsageError(msg, "Docker reads lines of NAME=VALUE there.") from error
    return [line.lstrip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
