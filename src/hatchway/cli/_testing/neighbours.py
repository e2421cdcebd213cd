"""What else of a compose project a test run starts, and takes away again: what it depends on."""

import os
import socket
from dataclasses import dataclass

from hatchway.engines._docker import calls
from hatchway.engines.rendezvous import is_alive

_PROJECT = "com.docker.compose.project"
_OWNER = "hatchway.tests-of"


def owned() -> str:
    """Return the label of a container that is nothing without this process."""
    return f"{_OWNER}={socket.gethostname()}/{os.getpid()}"


async def sweep_orphans() -> None:
    """Remove what a run of this host has left behind that was killed."""
    template = f'{{{{.ID}}}}/{{{{.Label "{_OWNER}"}}}}'
    said = await calls.call("ps", "--all", "--filter", f"label={_OWNER}", "--format", template)
    found = (line.split("/") for line in said.splitlines())
    orphans = [name for name, host, pid in found if host == socket.gethostname() and not is_alive(int(pid))]
    if orphans:
        await calls.attempt("rm", "--force", "--volumes", *orphans)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What there is of a project at a moment, by ids."""

    project: str
    running: frozenset[str]
    containers: frozenset[str]
    networks: frozenset[str]
    volumes: frozenset[str]


async def neighbours_of(project: str) -> Neighbours:
    """Look at a project."""
    label = ("--quiet", "--filter", f"label={_PROJECT}={project}")

    async def listed(*words: str) -> frozenset[str]:
        return frozenset((await calls.call(*words, *label)).split())

    return Neighbours(
        project,
        await listed("ps", "--no-trunc"),
        await listed("ps", "--all", "--no-trunc"),
        await listed("network", "ls", "--no-trunc"),
        await listed("volume", "ls"),
    )


async def restore(before: Neighbours) -> None:
    """Stop what runs now and did not before; remove what was not there. What others use by now stays."""
    now = await neighbours_of(before.project)
    if fresh := now.running - before.running:
        await calls.attempt("stop", *sorted(fresh))
    for kind, gone in (
        ("container", now.containers - before.containers),
        ("network", now.networks - before.networks),
        ("volume", now.volumes - before.volumes),
    ):
        if gone:
            options = ("--volumes",) if kind == "container" else ()
            await calls.attempt(kind, "rm", *options, *sorted(gone))
