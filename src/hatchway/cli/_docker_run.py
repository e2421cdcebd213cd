"""`hatchway run -- docker run ...`: the user's own command, with what makes its container debuggable."""

import asyncio
import functools
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hatchway.cli._containers import announce, end_hub, in_background, nothing, require_same
from hatchway.cli._foreground import stay_with
from hatchway.cli._signals import run_to_end
from hatchway.cli.screen import say
from hatchway.delivery import build_payload, freight
from hatchway.engines import Freight, Selector
from hatchway.engines.docker import PAYLOAD, DockerEngine, Launch
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import HatchwayError, UsageError
from hatchway.hub.connecting import reach_over
from hatchway.hub.lodging import find
from hatchway.hub.opening import Wishes, open_hub

GRACE = 30.0
"""Seconds the container has to end after it was asked to, before it is killed."""
LAST_LINES = 15
"""Lines of a container's log that are shown when it ended at once."""
_NOT_STARTED = 125
"""The exit code by which `docker run` says that it failed itself."""
_OTHERS = {
    "docker-compose": "`hatchway up` does that for a compose project, with `docker compose`.",
    "podman": "Podman is not supported: with Docker it is `hatchway run -- docker run ...`.",
    "nerdctl": "nerdctl is not supported: with Docker it is `hatchway run -- docker run ...`.",
}


@dataclass(frozen=True, slots=True)
class Call:
    """How `hatchway run` was called, when its command is one of docker's."""

    command: tuple[str, ...]
    service: str
    """The name wished for; empty: the container's, or else its image's."""
    is_dormant: bool
    on_breakpoint: str
    wishes: Wishes


@dataclass(frozen=True, slots=True)
class _Ready:
    """A container about to be started."""

    launch: Launch
    engine: DockerEngine
    folder: Path
    payload: Path
    freight: Freight

    async def start(self) -> asyncio.subprocess.Process:
        """Start the `docker run`, with our own stdin, stdout and stderr."""
        return await asyncio.create_subprocess_exec(*self.launch.words)

    async def stop(self, *, is_urgent: bool) -> None:
        """See to it that the container ends with its client, which a signal has ended."""
        await self.engine.stop(self.launch, is_urgent=is_urgent)


def is_containers(command: Sequence[str]) -> bool:
    """Tell whether a command starts containers, in which its processes will be."""
    name = Path(command[0]).name.removesuffix(".exe")
    if name in _OTHERS:
        msg = f"what `{name}` starts runs out of reach"
        raise UsageError(msg, _OTHERS[name])
    return name == "docker"


def run_container(call: Call) -> int:
    """Run the user's `docker run` to its end; with `-d`, leave container and hub in the background."""
    return run_to_end(_run(call))


async def _run(call: Call) -> int:
    folder, payload = Path.cwd(), build_payload()
    directory = run_directory(folder)
    load = freight(payload, PAYLOAD, wait=call.wishes.wait is not None, on_breakpoint=call.on_breakpoint)
    engine = DockerEngine()
    command = await engine.read(call.command)
    os.environ.update(command.engine)  # for all that asks docker from now on
    lodger = None if call.is_dormant else find(directory)
    if lodger:
        require_same(lodger, engine.name)
    say(f"preparing {command.image}")
    launch = await engine.prepare(command, folder, call.service, load)
    ready = _Ready(launch, engine, folder, payload, load)
    if call.is_dormant:
        sys.stdout.flush()
        program = shutil.which(launch.words[0]) or launch.words[0]
        os.execv(program, launch.words)  # noqa: S606 - running the user's command is the point
    say(f"starting {launch.service}")
    if lodger:
        say(f"joining the hub on 127.0.0.1:{lodger.port}")
    if launch.is_detached and lodger is None:
        return await _in_background(ready, directory, call.wishes)
    compiling = asyncio.create_task(engine.compile(command, load))
    try:
        if lodger is None:
            return await _in_foreground(ready, directory, call.wishes)
        code = await stay_with(await ready.start(), lambda: None, nothing, GRACE, ready.stop)
        return _require_started(code)
    finally:
        compiling.cancel()
        await asyncio.gather(compiling, return_exceptions=True)


async def _in_foreground(ready: _Ready, directory: Path, wishes: Wishes) -> int:
    reach = reach_over(ready.engine, Selector(ready.folder), ready.payload)
    async with open_hub(reach, directory, wishes) as opened:
        announcing = functools.partial(announce, opened, (ready.launch.service,), reach)
        code = await stay_with(await ready.start(), opened.hub.release, announcing, GRACE, ready.stop)
    return _require_started(code)


def _require_started(code: int) -> int:
    if code == _NOT_STARTED:
        msg = f"the container could not be started (exit code {code})"
        raise HatchwayError(msg, "Docker's own lines above say why.")
    return code


async def _in_background(ready: _Ready, directory: Path, wishes: Wishes) -> int:
    async def start() -> None:
        process = await ready.start()
        try:
            code = await process.wait()
        except BaseException:
            await asyncio.shield(ready.stop(is_urgent=True))
            raise
        if code:
            _require_started(_NOT_STARTED)

    options = ["--over", ready.engine.name, "--awaited", ready.launch.service]
    code = await in_background(options, wishes, start())
    try:
        await _require_alive(ready)
    except HatchwayError:
        if lodger := find(directory):
            end_hub(lodger)
        raise
    return code


async def _require_alive(ready: _Ready) -> None:
    """Raise `HatchwayError` if the container ended as soon as it was started; its last lines are shown."""
    found = await ready.engine.launched(ready.launch)
    state = found["State"] if found else {}
    if state.get("Running") or state.get("Restarting"):
        return
    code = f" with exit code {state['ExitCode']}" if state else ""
    if said := await ready.engine.last_lines(ready.launch, LAST_LINES):
        say(f"{ready.launch.service} ended{code}; its last lines:")
        sys.stdout.write(f"{said}\n")
    msg = f"{ready.launch.service} ended at once{code}"
    again = (
        f"`docker logs {found['Name'].lstrip('/')}` shows more"
        if found
        else "without --rm, its log would be there"
    )
    raise HatchwayError(msg, again)
