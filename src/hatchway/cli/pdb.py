"""`hatchway pdb`: the terminal debugger, on what runs in this folder or on a command of its own."""

import asyncio
import contextlib
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from hatchway.cli._debugging import Plan, session
from hatchway.cli._docker_run import is_containers
from hatchway.cli._local import await_session, sweep
from hatchway.cli._one_off import OneOff, prepare_one_off
from hatchway.cli._signals import ending_by_signal
from hatchway.cli._target import find_target
from hatchway.cli.run import App, prepare
from hatchway.cli.screen import say
from hatchway.delivery import build_payload
from hatchway.engines import Selector
from hatchway.engines._docker.calls import environment
from hatchway.engines.compose import ComposeEngine
from hatchway.engines.local import ENGINE as LOCAL
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import UsageError
from hatchway.hub.connecting import reach_over
from hatchway.hub.fleet import Reach
from hatchway.terminal.pdb import sources
from hatchway.terminal.pdb.breakpoints import Breakpoint
from hatchway.terminal.pdb.entry import script_of
from hatchway.terminal.pdb.shell import WAITING

UNCAUGHT = ("uncaught",)
POST_MORTEM = ("uncaught", "userUnhandled")
"""Frameworks catch what the code of a request raises: for them it is caught, for the user it is not."""


class SplitCommand(click.Command):
    """Keeps what is behind `--` apart: before it stands a service's name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Cut at the first `--`."""
        if "--" in args:
            cut = args.index("--")
            ctx.meta["command"] = tuple(args[cut + 1 :])
            args = args[:cut]
        return super().parse_args(ctx, args)


@click.command("pdb", cls=SplitCommand)
@click.option(
    "-b", "--break", "breakpoints", multiple=True, metavar="FILE:LINE[, CONDITION]", help="Stop there."
)
@click.option("-c", "--command", "commands", multiple=True, help="Run this command of the debugger's first.")
@click.option("--post-mortem", is_flag=True, help="Stop where an exception is not caught.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The port of a hub of its own.  [default: the next free]"
)
@click.argument("target", required=False)
@click.pass_context
def pdb_command(
    ctx: click.Context,
    *,
    breakpoints: tuple[str, ...],
    commands: tuple[str, ...],
    post_mortem: bool,
    port: int | None,
    target: str | None,
) -> int:
    """Debug in the terminal, with pdb's commands, every worker of what runs in this folder.

    With a COMMAND behind two dashes, run that; a script stops on its first line. Without a
    terminal, commands come from -c or from stdin, and the exit code is 1 if one of them failed.

    \b
    Examples:
      hatchway pdb                                attach, and wait for the next stop
      hatchway pdb -b app.py:21                   the same, with a breakpoint
      hatchway pdb -- python app.py               run a script, stop on its first line
      hatchway pdb web -- python app.py           the same in a container of the service's own
      hatchway pdb -c 'b app.py:21' -c c -c w     no terminal needed
    """
    command: tuple[str, ...] | None = ctx.meta.get("command")
    filters = POST_MORTEM if post_mortem else ()
    plan = Plan(commands, breakpoints, filters)
    with ending_by_signal():
        if command is None:
            return _attach(plan, target, port)
        if not command:
            msg = "there is no command to run"
            raise UsageError(msg, "write it after two dashes: hatchway pdb -- python app.py")
        if target is not None:
            return _run_one_off(plan, prepare_one_off(Path.cwd(), target, command), command, port)
        if is_containers(command):
            msg = "a container is not started by hatchway pdb yet"
            raise UsageError(msg, "`hatchway run -- docker run ...`, then `hatchway pdb` beside it")
        if script := script_of(command, lambda name: Path(name).is_file()):
            path = Path(script).resolve()
            plan = _entering(replace(plan, filters=filters or UNCAUGHT), {"path": str(path)}, path)
        return run_here(plan, prepare(command, None, "wait"), port)


COMMAND = pdb_command


def _entering(plan: Plan, source: Mapping[str, Any], local: Path) -> Plan:
    """Return the plan with a stop on the first line of a script."""
    lines = local.read_text("utf-8", errors="replace").splitlines()
    entry = Breakpoint(0, source, sources.entry_line(lines), temporary=True)
    return replace(plan, entry=entry)


def _attach(plan: Plan, target: str | None, port: int | None) -> int:
    """Debug what runs here."""
    project = Path.cwd()

    def reach() -> Reach:
        engine, selector = asyncio.run(find_target(project, None, target))
        return reach_over(engine, selector, build_payload())

    with session(plan, run_directory(project), reach, port) as opened:
        opened.await_workers()
        say(f"attached to 127.0.0.1:{opened.port}; {WAITING}")
        return opened.serve(None)


def run_here(plan: Plan, app: App, port: int | None, what: str = "") -> int:
    """Debug a command of our own, which is said to be `what`."""

    def reach() -> Reach:
        return reach_over(LOCAL, Selector(app.project), app.payload)

    with contextlib.ExitStack() as stack:
        stack.callback(sweep, app.directory)
        opened = stack.enter_context(session(plan, app.directory.parent, reach, port, engine=LOCAL.name))
        asyncio.run(await_session(app.directory))
        if plan.entry is None:
            name = shlex.join((Path(app.argv[0]).name, *app.argv[1:]))
            say(f"running {what or name}; {WAITING}")
        beside = opened.start(app.argv, app.environ)
        stack.callback(beside.sweep)
        return opened.serve(beside)


def _run_one_off(plan: Plan, one_off: OneOff, command: tuple[str, ...], port: int | None) -> int:
    """Debug a command in a container of its own."""
    script = script_of(command, lambda name: one_off.local(name) is not None)
    if script and (local := one_off.local(script)) is not None:
        # With a reference, it is set before the files of the container have been compared with ours. What is
        # not caught does not stop unasked: a health check of the container's fails so until the app serves.
        plan = _entering(plan, {"path": one_off.inside(script), "sourceReference": 1}, local)
    started = Started(one_off.argv, one_off.remove, shlex.join(command))
    code = run_in_container(plan, one_off.engine, started, port)
    if beside := one_off.beside():
        say(f"left running, for the next time: {', '.join(beside)}; `hatchway down` ends the project")
    return code


@dataclass(frozen=True, slots=True)
class Started:
    """How a container is started, and ended."""

    argv: tuple[str, ...]
    remove: Callable[[], None]
    what: str
    """What it runs, as a person would say it."""


def run_in_container(plan: Plan, engine: ComposeEngine, started: Started, port: int | None) -> int:
    """Debug what runs in a container of our own; return its exit code."""
    project = Path.cwd()

    def reach() -> Reach:
        return reach_over(engine, Selector(project), build_payload())

    with session(plan, run_directory(project), reach, port, engine=engine.name) as opened:
        say(f"starting {started.what}")
        try:
            return opened.serve(opened.start(started.argv, environment(), started.remove))
        finally:
            started.remove()
