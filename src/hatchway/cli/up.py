"""`hatchway up`: `docker compose up` with every Python process debuggable, and a hub beside it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import click

from hatchway.cli._compose import compose_options
from hatchway.cli._containers import announce, in_background, nothing, require_same
from hatchway.cli._following import follow
from hatchway.cli._foreground import stay_with
from hatchway.cli._on_breakpoint import on_breakpoint_option
from hatchway.cli._opening import hub_options, wait_options, wishes_of
from hatchway.cli._signals import run_to_end
from hatchway.cli.screen import say
from hatchway.delivery import build_payload, freight
from hatchway.engines import Freight, Selector
from hatchway.engines.compose import PAYLOAD, ComposeEngine, Prepared
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import HatchwayError
from hatchway.hub.connecting import reach_over
from hatchway.hub.lodging import Lodger, find
from hatchway.hub.opening import Wishes, open_hub

GRACE = 120.0
"""Seconds that the containers have to stop: Compose gives each its own grace, one after the other."""
LAST_LINES = "15"
"""Lines of a container's log that are shown when it ended at once."""

TOLD = (130, 137, 143)
"""Exit codes of what was told to end: by SIGINT, SIGKILL or SIGTERM."""


@dataclass(frozen=True, slots=True)
class Project:
    """The compose project in a folder, as the user chose it."""

    folder: Path
    services: tuple[str, ...]
    words: tuple[str, ...]
    """What `docker compose up` is told: the services and how many of each."""
    engine: ComposeEngine
    payload: Path
    freight: Freight


@click.command("up")
@click.option("-d", "--detach", is_flag=True, help="Go into the background once all is started.")
@wait_options("all Python")
@click.option("--build", is_flag=True, help="Build images first.")
@click.option("--scale", multiple=True, metavar="SERVICE=NUM", help="Run so many containers of a service.")
@on_breakpoint_option
@compose_options
@hub_options
@click.argument("services", nargs=-1)
def up_command(
    *,
    detach: bool,
    wait: bool,
    wait_limit: float | None,
    build: bool,
    scale: tuple[str, ...],
    on_breakpoint: str,
    files: tuple[str, ...],
    profiles: tuple[str, ...],
    port: int | None,
    stop_view: str,
    journal: Path | None,
    services: tuple[str, ...],
) -> int:
    """Start the compose project of this folder with every Python process of it debuggable.

    Nothing of yours is changed: images, commands, ports and files stay as they are, and so do
    services without Python. `docker compose up -d` gives you the original containers back.

    \b
    Examples:
      hatchway up
      hatchway up -d web
      hatchway up --wait-limit 30    start-up code can be debugged; nobody there in 30 s: it runs
      hatchway up --build -f compose.yaml -f compose.dev.yaml
    """
    folder = Path.cwd()
    directory = run_directory(folder)
    payload = build_payload()
    engine = ComposeEngine(files, profiles)
    words = (*(word for one in scale for word in ("--scale", one)), *services)
    wishes = wishes_of(port, stop_view, journal, wait=wait, wait_limit=wait_limit)
    load = freight(payload, PAYLOAD, wait=wishes.wait is not None, on_breakpoint=on_breakpoint)
    project = Project(folder, services, words, engine, payload, load)
    return run_to_end(_up(project, directory, wishes, build=build, detach=detach))


COMMAND = up_command


async def _up(project: Project, directory: Path, wishes: Wishes, *, build: bool, detach: bool) -> int:
    say(f"preparing {', '.join(project.services) or 'all services'}")
    prepared = await project.engine.prepare(project.folder, project.services, project.freight, build=build)
    say(_starting(prepared))
    for name in prepared.plan.out_of_reach:
        say(f"{name} cannot be debugged: {prepared.plan.left_alone[name]}")
    if detach and find(directory) is None:
        return await _in_background(project, prepared, wishes)
    compiling = asyncio.create_task(
        project.engine.finish(project.folder, prepared.plan.services, project.freight)
    )
    try:
        if lodger := find(directory):
            return await _beside(project, prepared, lodger, detach=detach)
        return await _in_foreground(project, prepared, directory, wishes)
    finally:
        compiling.cancel()
        await asyncio.gather(compiling, return_exceptions=True)


def _starting(prepared: Prepared) -> str:
    left = sorted(prepared.plan.left_alone)
    aside = f" (as they are: {', '.join(left)})" if left else ""
    return f"starting {', '.join(prepared.plan.services)}{aside}"


async def _beside(project: Project, prepared: Prepared, lodger: Lodger, *, detach: bool) -> int:
    """Start the project, or what has changed of it, for a hub that is there: it finds newcomers by itself."""
    require_same(lodger, project.engine.name)
    say(f"joining the hub on 127.0.0.1:{lodger.port}")
    if detach:
        _require_started(
            await project.engine.run(project.folder, prepared, ("up", "--detach", *project.words))
        )
        await _require_alive(project, prepared)
        return 0
    process = await follow(project.engine, project.folder, prepared, ("up", *project.words))
    return await _judged(project, prepared, await stay_with(process, lambda: None, nothing, GRACE))


async def _in_foreground(project: Project, prepared: Prepared, directory: Path, wishes: Wishes) -> int:
    engine, services = project.engine, prepared.plan.services
    reach = reach_over(engine, Selector(project.folder), project.payload)
    async with open_hub(reach, directory, wishes) as opened:
        process = await follow(engine, project.folder, prepared, ("up", *project.words))
        code = await stay_with(process, opened.hub.release, lambda: announce(opened, services, reach), GRACE)
    return await _judged(project, prepared, code)


async def _judged(project: Project, prepared: Prepared, code: int) -> int:
    """Return Compose's exit code. Raises `HatchwayError` if it failed, or ended as what it ran had failed."""
    _require_started(code if code == 1 else 0)
    failed = await _failed(project, prepared) if code == 0 else {}
    if own := [f"{name} ended with exit code {code}" for name, code in failed.items() if code not in TOLD]:
        raise HatchwayError(", ".join(own), "The last lines of its output above say why.")
    return code


def _require_started(code: int) -> None:
    if code:
        msg = f"the project could not be started (exit code {code})"
        raise HatchwayError(msg, "Compose's own lines above say why.")


async def _in_background(project: Project, prepared: Prepared, wishes: Wishes) -> int:
    """Start the project, and a hub that outlives us; return when both stand."""

    async def start() -> None:
        words = ("up", "--detach", *project.words)
        _require_started(await project.engine.run(project.folder, prepared, words))

    files = project.engine.files(project.folder)
    options = [word for file in files.files for word in ("--file", file)]
    options += [word for profile in files.profiles for word in ("--profile", profile)]
    options += [word for name in prepared.plan.services for word in ("--awaited", name)]
    code = await in_background(options, wishes, start())
    await _require_alive(project, prepared)
    return code


async def _require_alive(project: Project, prepared: Prepared) -> None:
    """Raise `HatchwayError` if a service ended as soon as it was started; its last lines are shown."""
    ended = await _failed(project, prepared)
    for name, code in ended.items():
        say(f"{name} ended with exit code {code}; its last lines:")
        await project.engine.run(project.folder, prepared, ("logs", "--tail", LAST_LINES, name))
    if ended:
        msg = f"{', '.join(ended)} ended at once"
        raise HatchwayError(msg, "The other services run on; `hatchway down` ends them.")


async def _failed(project: Project, prepared: Prepared) -> dict[str, int]:
    """Return the services that have ended with another exit code than 0."""
    ended = await project.engine.ended(Selector(project.folder, prepared.plan.services))
    return {name: code for name, code in ended.items() if code}
