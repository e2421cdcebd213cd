"""`hatchway run`: start any Python command with every process of it debuggable, and a hub beside it."""

import asyncio
import contextlib
import math
import os
import re
import shlex
import shutil
import sys
from asyncio.subprocess import Process
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import click

from hatchway.cli._containers import nothing, require_same
from hatchway.cli._docker_run import Call, is_containers, run_container
from hatchway.cli._foreground import stay_with
from hatchway.cli._local import await_session, let_go, sweep
from hatchway.cli._on_breakpoint import on_breakpoint_option
from hatchway.cli._opening import MissingTeller, hub_options, say_ready, settle, wait_options, wishes_of
from hatchway.cli._pth import second_way
from hatchway.cli._signals import run_to_end
from hatchway.cli.screen import say
from hatchway.delivery import build_payload, injection
from hatchway.engines import Selector
from hatchway.engines.local import ENGINE
from hatchway.engines.rendezvous import LONGEST_SERVICE, plant_root, private_directory, run_directory
from hatchway.errors import HatchwayError, UsageError
from hatchway.hub.connecting import reach_over
from hatchway.hub.lodging import find
from hatchway.hub.opening import OpenHub, Wishes, open_hub

GRACE = 30.0
"""Seconds the app has to end after it was asked to, before it is killed: gunicorn's own grace is as long."""


@dataclass(frozen=True, slots=True)
class App:
    """The command to run and the environment that makes it debuggable."""

    argv: tuple[str, ...]
    environ: dict[str, str]
    project: Path
    directory: Path
    payload: Path
    service: str


@click.command("run", context_settings={"ignore_unknown_options": True})
@wait_options("the app")
@click.option("--name", help="The service's name.  [default: the folder's]")
@click.option("--dormant", is_flag=True, help="Open no hub: `hatchway attach` does, whenever you like.")
@on_breakpoint_option
@click.option(
    "--pth",
    is_flag=True,
    help="Reach Pythons that ignore PYTHONPATH (-I, -E), by a file in their virtual environment meanwhile.",
)
@hub_options
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def run_command(
    *,
    wait: bool,
    wait_limit: float | None,
    name: str | None,
    dormant: bool,
    on_breakpoint: str,
    pth: bool,
    port: int | None,
    stop_view: str,
    journal: Path | None,
    command: tuple[str, ...],
) -> int:
    """Run COMMAND with every Python process of it debuggable.

    The app's output is shown unchanged. Attach any DAP client to the port that is printed;
    nothing is slowed down until you do.

    \b
    Examples:
      hatchway run -- gunicorn -w 4 app:app
      hatchway run --wait -- python -m mysite
      hatchway run --pth -- python -I -m mysite
      hatchway run --name web -- flask run    a second `run` in a folder joins the first one's hub
      hatchway run -- docker run --rm -p 8000:8000 shop    a container instead; -d, -it and all else as ever
    """
    if not command:
        msg = "there is no command to run"
        raise UsageError(msg, "write it after two dashes: hatchway run -- gunicorn app:app")
    if dormant and pth:
        msg = "--pth makes a file, and with --dormant nobody is there to remove it"
        raise UsageError(msg, "leave out one of the two")
    wishes = wishes_of(port, stop_view, journal, wait=wait, wait_limit=wait_limit)
    if is_containers(command):
        if pth:
            msg = "--pth makes a file for a Python of this host, and this one runs in a container"
            raise UsageError(msg, "leave it out, and for now `-I` and `-E` out of the container's command")
        service = _plain(name) if name else ""
        return run_container(Call(command, service, dormant, on_breakpoint, wishes))
    app = prepare(command, name, on_breakpoint)
    if dormant:
        _become(app)
    with second_way(app.argv[0], app.payload, app.environ) if pth else contextlib.nullcontext():
        lodger = find(app.directory.parent)
        if lodger is not None:
            require_same(lodger, ENGINE.name)
            say(f"joining the hub on 127.0.0.1:{lodger.port}")
            return run_to_end(_run_beside(app))
        return run_to_end(run_with_hub(app, wishes))


COMMAND = run_command


def prepare(command: tuple[str, ...], name: str | None, on_breakpoint: str) -> App:
    """Make the command debuggable. Raises `HatchwayError` if it is not found."""
    project = Path.cwd()
    program = shutil.which(command[0])
    if program is None:
        msg = f"the command `{command[0]}` is not found"
        raise HatchwayError(msg, "is it installed, and its virtual environment active?")
    payload = build_payload()
    service = _plain(name or project.name)
    directory = private_directory(run_directory(project) / service)
    environ = {**os.environ, **injection(payload, directory, os.environ, on_breakpoint)}
    return App((program, *command[1:]), environ, project, directory, payload, service)


def _plain(name: str) -> str:
    """Return a name as services have it."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:LONGEST_SERVICE].strip(".-") or "app"


def _become(app: App) -> NoReturn:
    sys.stdout.flush()
    plant_root(app.directory, os.getpid())
    with _saying_why(app):
        os.execve(app.argv[0], app.argv, app.environ)  # noqa: S606 - running the user's command is the point


@contextlib.contextmanager
def _saying_why(app: App) -> Iterator[None]:
    """Turn what the kernel says of a program that is there and cannot be executed into our error."""
    try:
        yield
    except OSError as error:
        msg = f"the command `{app.argv[0]}` cannot be started: {error.strerror}"
        hint = "does its first line name an interpreter that is there? virtual environments cannot be moved"
        raise HatchwayError(msg, hint) from None


async def run_with_hub(app: App, wishes: Wishes) -> int:
    """Run the app with a hub beside it; return the exit code."""
    say(f"starting {shlex.join((Path(app.argv[0]).name, *app.argv[1:]))}")
    reach = reach_over(ENGINE, Selector(app.project), app.payload)
    try:
        # The limit counts from when the app is started: before, the relay has to be up, which may take long.
        unlimited = wishes if wishes.wait is None else replace(wishes, wait=math.inf)
        async with open_hub(reach, app.directory.parent, unlimited) as opened:
            if wishes.wait is not None:
                await await_session(app.directory)
                opened.hub.hold_at_most(wishes.wait)
            process = await _start(app)

            def release() -> None:
                opened.hub.release()
                let_go(app.directory)

            return await stay_with(process, release, lambda: _announce(opened, app.payload), GRACE)
    finally:
        sweep(app.directory)


async def _run_beside(app: App) -> int:
    """Run the app for a hub that is there already: it finds the new processes by itself."""
    process = await _start(app)
    try:
        return await stay_with(process, lambda: let_go(app.directory), nothing, GRACE)
    finally:
        sweep(app.directory)


async def _start(app: App) -> Process:
    with _saying_why(app):
        process = await asyncio.create_subprocess_exec(*app.argv, env=app.environ)
    plant_root(app.directory, process.pid)
    return process


async def _announce(opened: OpenHub, payload: Path) -> None:
    """Say ready once the app's workers are counted; an app that ends first has said why itself."""
    await settle(opened.hub, payload)
    say_ready(opened)
    await MissingTeller(opened).run()
