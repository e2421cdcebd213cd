"""`hatchway attach`: open the hub on what already runs, or join an editor's stdin and stdout to it."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hatchway.cli._compose import compose_options
from hatchway.cli._opening import (
    SOON,
    MissingTeller,
    end_signals,
    hub_options,
    say_ready,
    say_starting,
    settle,
    stand_still,
    wishes_of,
)
from hatchway.cli._signals import run_to_end
from hatchway.cli._target import find_target
from hatchway.cli.screen import INTERRUPTED, say
from hatchway.delivery import build_payload, freight
from hatchway.engines import Selector
from hatchway.engines.compose import PAYLOAD, ComposeEngine
from hatchway.engines.docker import DockerEngine
from hatchway.engines.local import ENGINE as LOCAL
from hatchway.engines.rendezvous import run_directory
from hatchway.hub.connecting import reach_over
from hatchway.hub.fleet import Reach
from hatchway.hub.lodging import find
from hatchway.hub.opening import Wishes, open_hub
from hatchway.hub.stdio import bridge

if TYPE_CHECKING:
    from hatchway.engines import Engine


@dataclass(frozen=True, slots=True)
class Behind:
    """What a hub in the background was started for, by `up`."""

    awaited: tuple[str, ...]
    """The services."""
    finish: Coroutine[Any, Any, None]
    """What is left to do once all is started."""


@click.command("attach")
@click.option(
    "--stdio", is_flag=True, help="Be a debug adapter on stdin and stdout, for editors that start one."
)
@click.option("--over", type=click.Choice(["compose", "docker"]), default="compose", hidden=True)
@click.option("--awaited", multiple=True, hidden=True)
@click.option("--waiting", type=float, hidden=True)
@compose_options
@hub_options
@click.argument("target", required=False)
def attach_command(
    *,
    stdio: bool,
    over: str,
    awaited: tuple[str, ...],
    waiting: float | None,
    files: tuple[str, ...],
    profiles: tuple[str, ...],
    port: int | None,
    stop_view: str,
    journal: Path | None,
    target: str | None,
) -> int:
    """Open the hub on what already runs in this folder.

    TARGET names one service, or any container by name or id; all services of this folder
    otherwise. Ctrl-C ends the hub, never the app.

    \b
    Examples:
      hatchway run --dormant -- gunicorn app:app &
      hatchway attach
      hatchway attach web --port 5700
      hatchway attach 3f2a9c81d0b7               a container, wherever it was started
    """
    project = Path.cwd()
    directory = run_directory(project)
    lodger = find(directory)
    if stdio and lodger is not None:
        return run_to_end(bridge(lodger.port))
    compose = ComposeEngine(files, profiles)
    wishes = wishes_of(port, stop_view, journal)
    if awaited:
        payload = build_payload()
        started = DockerEngine() if over == "docker" else compose
        reach = reach_over(started, Selector(project), payload)
        finish = started.finish(project, awaited, freight(payload, PAYLOAD))
        return run_to_end(
            _serve_behind(reach, Behind(awaited, finish), directory, replace(wishes, wait=waiting))
        )
    engine: Engine
    if lodger is None:
        engine, selector = asyncio.run(find_target(project, compose if files or profiles else None, target))
    else:
        engine, selector = compose, Selector(project)  # there is a hub: opening another says so
    payload = build_payload()
    reach = reach_over(engine, selector, payload)
    # A container's Pythons are not on this host.
    here = payload if engine is LOCAL else None
    return run_to_end(_attach(reach, here, directory, wishes, stdio=stdio))


COMMAND = attach_command


async def _attach(reach: Reach, payload: Path | None, directory: Path, wishes: Wishes, *, stdio: bool) -> int:
    if not stdio:
        say("starting the hub")
    async with open_hub(reach, directory, wishes) as opened:
        await (settle(opened.hub, payload) if payload else stand_still(opened.hub))
        if stdio:
            return await bridge(opened.port)
        say_ready(opened)
        telling = asyncio.create_task(MissingTeller(opened).run())
        number = await end_signals().get()
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        return INTERRUPTED if number == signal.SIGINT else 0


async def _serve_behind(reach: Reach, behind: Behind, directory: Path, wishes: Wishes) -> int:
    """Serve for an `up` that goes into the background: say ready once it says that all was started."""
    signals = end_signals()
    async with open_hub(reach, directory, wishes) as opened:
        if not await asyncio.to_thread(sys.stdin.readline):
            behind.finish.close()
            return 1  # `up` failed, and has said so
        await stand_still(opened.hub, behind.awaited, SOON)
        say_ready(opened)
        await say_starting(opened, behind.awaited, reach)
        MissingTeller(opened).tell()
        # Whoever started us stops to listen here.
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        finishing = asyncio.create_task(behind.finish)
        await signals.get()
        finishing.cancel()
        await asyncio.gather(finishing, return_exceptions=True)
        return 0
