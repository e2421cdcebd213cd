"""`hatchway attach`: open the hub on what already runs, or join an editor's stdin and stdout to it."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hatchway.cli._compose import compose_options
from hatchway.cli._engines import Found, find_app
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
from hatchway.cli.screen import INTERRUPTED, counted, say
from hatchway.delivery import build_payload, freight
from hatchway.engines import Engine, Selector
from hatchway.engines.compose import ADOPTED, PAYLOAD, ComposeEngine
from hatchway.engines.local import ENGINE as LOCAL
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import HatchwayError
from hatchway.hub.connecting import reach_over
from hatchway.hub.fleet import Reach
from hatchway.hub.lodging import find
from hatchway.hub.opening import Wishes, open_hub
from hatchway.hub.stdio import bridge


@dataclass(frozen=True, slots=True)
class Behind:
    """What a hub in the background was started for, by `up`."""

    awaited: tuple[str, ...]
    """The services."""
    finish: Coroutine[Any, Any, None]
    """What is left to do once all is started."""
    is_waiting: bool
    """Its processes hold until an editor is there."""


@click.command("attach")
@click.option(
    "--stdio", is_flag=True, help="Be a debug adapter on stdin and stdout, for editors that start one."
)
@click.option("--awaited", multiple=True, hidden=True)
@click.option("--waiting", hidden=True)
@compose_options
@hub_options
@click.argument("target", required=False)
def attach_command(
    *,
    stdio: bool,
    awaited: tuple[str, ...],
    waiting: str | None,
    files: tuple[str, ...],
    profiles: tuple[str, ...],
    port: int | None,
    stop_view: str,
    journal: Path | None,
    target: str | None,
) -> int:
    """Open the hub on what already runs in this folder.

    TARGET names one service; all of them otherwise. Ctrl-C ends the hub, never the app.

    \b
    Examples:
      hatchway run --dormant -- gunicorn app:app &
      hatchway attach
      hatchway attach web --port 5700
    """
    project = Path.cwd()
    directory = run_directory(project)
    lodger = find(directory)
    if stdio and lodger is not None:
        return asyncio.run(bridge(lodger.port))
    compose = ComposeEngine(files, profiles)
    wishes = wishes_of(port, stop_view, journal)
    if awaited:
        payload = build_payload()
        reach = reach_over(compose, Selector(project), payload)
        finish = compose.finish(project, awaited, freight(payload, PAYLOAD))
        behind = Behind(awaited, finish, is_waiting=waiting is not None)
        return asyncio.run(_serve_behind(reach, behind, directory, wishes))
    if lodger is None:
        found = asyncio.run(find_app(project, compose if files or profiles else None))
        engine = asyncio.run(_adopted(found, target)) or _require(found, target).engine
    else:
        engine = compose  # there is a hub: opening another says so
    payload = build_payload()
    reach = reach_over(engine, Selector(project, (target,) if target else ()), payload)
    # A container's Pythons are not on this host.
    here = payload if engine is LOCAL else None
    return asyncio.run(_attach(reach, here, directory, wishes, stdio=stdio))


COMMAND = attach_command


async def _adopted(found: Found | None, target: str | None) -> Engine | None:
    """Take in what runs without a payload, where its Python can; return the engine if one could."""
    if found is None or not isinstance(found.engine, ComposeEngine):
        return None
    lively = {container.service for container in found.lively}
    if (target or None) in lively or (lively and not target):
        return None
    load = freight(build_payload(), ADOPTED)
    adopted = None
    for container in found.bare:
        if target in (None, container.service) and (taken := await found.engine.adopt(container, load)):
            adopted = found.engine
            say(
                f"{container.service} goes on without a restart: {counted(len(taken[0]), 'process')} taken in"
            )
            if taken[1]:
                pids = ", ".join(map(str, taken[1]))
                say(f"{container.service} sleeps in {pids}: taken in when it next runs Python")
    return adopted


def _require(found: Found | None, target: str | None) -> Found:
    """Return what was found, if the target is among it. Raises `HatchwayError` otherwise."""
    services = sorted({container.service for container in found.lively}) if found else []
    bare = sorted({container.service for container in found.bare}) if found else []
    if found is not None and (target in services if target else services):
        return found
    if target in bare or (not target and bare):
        names = [target] if target else bare
        msg = f"{', '.join(names)} {'runs' if len(names) == 1 else 'run'}, but not started by hatchway"
        raise HatchwayError(msg, f"`hatchway up {' '.join(names)}` starts only that anew, debuggable")
    known = f" ({', '.join(services)} do)" if services else ""
    msg = f"{f'no service {target}' if target else 'nothing'} runs under hatchway in this folder{known}"
    raise HatchwayError(msg, "start it with `hatchway run -- COMMAND` or `hatchway up`, here")


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
        if behind.is_waiting:
            opened.hub.fleet.summon(wait=True)
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
