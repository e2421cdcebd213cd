"""What else of a compose project runs because a service of it was started: what that depends on."""

from dataclasses import dataclass

from hatchway.engines._docker import calls, labels


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
    label = ("--quiet", "--filter", f"label={labels.PROJECT}={project}")

    async def listed(*words: str) -> frozenset[str]:
        return frozenset((await calls.call(*words, *label)).split())

    return Neighbours(
        project,
        frozenset(await running_in(project)),
        await listed("ps", "--all", "--no-trunc"),
        await listed("network", "ls", "--no-trunc"),
        await listed("volume", "ls"),
    )


async def running_in(project: str) -> dict[str, str]:
    """Return the containers of a project that run, by id, with the services that they are of."""
    shown = f"{{{{.ID}}}} {labels.shown(labels.SERVICE)}"
    label = f"label={labels.PROJECT}={project}"
    said = await calls.call("ps", "--no-trunc", "--filter", label, "--format", shown)
    return dict(line.split(" ", 1) for line in said.splitlines())


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
