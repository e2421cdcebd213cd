"""What `run`, `attach` and `demo` share: the hub's options and the two lines that editors wait for."""

import asyncio
import contextlib
import math
import signal
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from hatchway.cli._explaining import explain
from hatchway.cli.screen import counted, say
from hatchway.delivery import compile_for
from hatchway.engines import Selector
from hatchway.hub.fleet import Reach
from hatchway.hub.hub import Hub
from hatchway.hub.opening import OpenHub, Wishes
from hatchway.model import Container
from hatchway.session.absence import MOST_TOLD
from hatchway.session.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

SETTLING = 3.0
"""Seconds that `ready` waits at most for an app's workers to be there and counted."""
SOON = 0.5
"""Seconds that `ready` waits for the workers of containers: those that take longer are told of later."""
REASONING = 5.0
"""Seconds that are waited at most for the reason why a process is missing, once one is known to be."""
STILL = 0.3
"""Seconds without a change after which the count is believed."""


def wait_options(what: str) -> Callable[[Command], Command]:
    """Give a command the options that say whether, and how long, `what` it starts waits for an editor."""

    def give(command: Command) -> Command:
        command = click.option(
            "--wait-limit",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="Wait for so long at most, then run without an editor.",
        )(command)
        text = f"Hold {what} before its first line until an editor is attached."
        return click.option("--wait", is_flag=True, help=text)(command)

    return give


def hub_options(command: Command) -> Command:
    """Give a command the options of the hub it opens."""
    options = (
        click.option(
            "--port",
            type=click.IntRange(1, 65535),
            help="Listen on this port.  [default: 5678 or the next free]",
        ),
        click.option(
            "--stop-view",
            type=click.Choice(["auto", "direct", "queue"]),
            default="auto",
            help="Show all stops at once (direct) or one after the other (queue).  [default: by editor]",
        ),
        click.option(
            "--journal", type=click.Path(path_type=Path, dir_okay=False), help="Record the session in FILE."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def wishes_of(
    port: int | None,
    stop_view: str,
    journal: Path | None,
    *,
    wait: bool = False,
    wait_limit: float | None = None,
) -> Wishes:
    """Return the options as the hub's wishes; who sets a limit wants to wait."""
    patience = wait_limit or (math.inf if wait else None)
    return Wishes(port, Settings(stop_view=stop_view), journal, patience, explain)


def say_ready(opened: OpenHub) -> None:
    """Print the line that says the hub listens, and over how much."""
    processes = opened.hub.snapshot()["processes"]
    workers = [process for process in processes if process["role"] in ("worker", "beat")]
    services = {process["service"] for process in processes}
    crowd = f"{counted(len(services), 'service')}, {counted(len(workers), 'worker')}"
    say(f"ready on 127.0.0.1:{opened.port} ({crowd})")


async def say_starting(opened: OpenHub, services: Collection[str], reach: Reach) -> list[str]:
    """Print and return which of the services have no worker yet; print of which that will stay so."""
    late = set(services) - _services_of(opened, "worker", "beat")
    lost: set[str] = set()
    if late:
        selector = Selector(reach.selector.project, tuple(late))
        unseen, done = await asyncio.gather(reach.engine.out_of_reach(selector), reach.engine.ended(selector))
        late -= done.keys()  # jobs, done before they were seen
        lost.update(unseen)
        lost -= _services_of(opened)
        lost &= await _hear_why(opened, lost)
    if waiting := sorted(late - lost - _services_of(opened, "worker", "beat")):
        say(f"still starting: {', '.join(waiting)}")
    return waiting


async def _hear_why(opened: OpenHub, services: set[str]) -> set[str]:
    """Wait, not long, until each service is in reach or it is known why not; return where that is known."""

    def known() -> set[str]:
        return {container.service for container, _ in opened.hub.fleet.missing()}

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(REASONING):
            # One that is only late comes into reach meanwhile.
            while services - known() - _services_of(opened):
                opened.hub.fleet.changed.clear()
                await opened.hub.fleet.changed.wait()
    return known()


class MissingTeller:
    """Prints why processes cannot be debugged, each sentence once."""

    def __init__(self, opened: OpenHub) -> None:
        """Tell of this hub's containers."""
        self._fleet = opened.hub.fleet
        self._told: set[str] = set()

    def tell(self) -> None:
        """Print what is new."""
        for _, missing in list(self._fleet.missing()):
            if missing.sentence not in self._told and len(self._told) < MOST_TOLD:
                self._told.add(missing.sentence)
                say(missing.sentence)

    async def run(self) -> None:
        """Print it until cancelled."""
        while True:
            self._fleet.changed.clear()
            self.tell()
            await self._fleet.changed.wait()


async def say_started(opened: OpenHub, services: Collection[str]) -> None:
    """Print each of the services that were said to be late, once it has workers."""
    waiting = set(services)
    while True:
        opened.hub.fleet.changed.clear()
        for name in sorted(waiting & _services_of(opened, "worker", "beat")):
            say(f"{name} has started")
            waiting.discard(name)
        if not waiting:
            return
        await opened.hub.fleet.changed.wait()


def _services_of(opened: OpenHub, *roles: str) -> set[str]:
    """Return the services that have a process, of these roles if some are named."""
    processes = opened.hub.snapshot()["processes"]
    return {process["service"] for process in processes if not roles or process["role"] in roles}


def end_signals() -> asyncio.Queue[int]:
    """Return a queue that gets each signal to end, instead of the process being ended by it."""
    signals: asyncio.Queue[int] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, *([] if sys.platform == "win32" else [signal.SIGHUP])):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C is a KeyboardInterrupt there
            loop.add_signal_handler(number, signals.put_nowait, number)
    return signals


async def settle(hub: Hub, payload: Path) -> None:
    """Wait until the workers are counted, and have the debugger compiled for the Pythons they run."""
    await stand_still(hub)
    interpreters = {str(process["executable"]) for _, process in hub.fleet.roster()}
    await asyncio.to_thread(compile_for, payload, [Path(name) for name in interpreters if name])


async def stand_still(hub: Hub, services: Collection[str] = (), patience: float = SETTLING) -> None:
    """Wait until the roster stands still with a worker in it, of each service; at most so many seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while (left := deadline - loop.time()) > 0:
        hub.fleet.changed.clear()
        is_staffed = _is_staffed(list(hub.fleet.roster()), services)
        try:
            async with asyncio.timeout(min(left, STILL) if is_staffed else left):
                await hub.fleet.changed.wait()
        except TimeoutError:
            if is_staffed:
                return


def _is_staffed(roster: Sequence[tuple[Container, Mapping[str, Any]]], services: Collection[str]) -> bool:
    """Tell whether there is a worker, one for each supervisor, and one in each service."""
    workers = [(container, process) for container, process in roster if process["role"] == "worker"]
    employers = {(container.id, process["ppid"]) for container, process in workers}
    waiting = {(c.id, p["pid"]) for c, p in roster if p["role"] in ("supervisor", "reloader")}
    staffed = {container.service for container, _ in workers}
    return bool(employers) and employers >= waiting and staffed.issuperset(services)
