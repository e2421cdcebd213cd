"""A test run in a one-off container of a compose service: prepared, attended, and taken away again."""

import asyncio
import contextlib
import json
import os
import posixpath
import secrets
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from hatchway.cli._neighbours import neighbours_of, restore
from hatchway.cli._testing.kit import Order, archive, unpacked
from hatchway.cli._testing.tools import LOOK, Kind, Wanted, fetched, kind_of
from hatchway.cli.screen import say
from hatchway.engines import Freight
from hatchway.engines._docker import calls
from hatchway.engines._docker.arming import mounts_of
from hatchway.engines._docker.idle import idle_container
from hatchway.engines._docker.images import ImageFacts
from hatchway.engines._docker.owners import owned, sweep_orphans
from hatchway.engines.compose import PAYLOAD, ComposeEngine, Prepared
from hatchway.errors import HatchwayError

if TYPE_CHECKING:
    from collections.abc import Sequence

KIT = PurePosixPath("/opt/hatchway-tests")
"""Where the kit lies in the container."""
LABEL = "hatchway.tests"
_OF_ALL = ("/bin", "/usr/bin")
"""Where a program tells nothing: a shell, the system's supervisord."""
_OF_PROJECTS = ("uv", "poetry", "pdm", "pipenv", "hatch")
"""Programs whose Python is that of the environment in the working directory."""


@dataclass(frozen=True, slots=True)
class Case:
    """The compose project, and what of it is tested."""

    engine: ComposeEngine
    folder: Path
    payload: Path
    freight: Freight
    order: Order
    wanted: Wanted
    build: bool
    keeps_entrypoint: bool


@dataclass(frozen=True, slots=True)
class Bench:
    """A container that is about to be started, and where its results will be."""

    argv: tuple[str, ...]
    label: str
    root: Path
    """The folder here whose files are those of the container's working directory."""

    async def interrupt(self) -> None:
        """Have the tests end as Ctrl-C ends them."""
        for name in await self._names():
            await calls.attempt("kill", "--signal", "INT", name)

    async def remove(self) -> None:
        """End the container, if it is there still."""
        if names := await self._names():
            await calls.attempt("rm", "--force", "--volumes", *names)

    async def _names(self) -> list[str]:
        return (await calls.call("ps", "--all", "--quiet", "--filter", f"label={self.label}")).split()


@dataclass(slots=True)
class Run:
    """A run in a container, as far as it has come."""

    engine: ComposeEngine
    bench: Bench
    results: dict[str, bytes]
    """Filled when it is over."""


@contextlib.asynccontextmanager
async def bench_for(case: Case) -> AsyncIterator[Run]:
    """Make all ready for a run, and take all away again that it has started; what ran already stays.

    Raises `HatchwayError` if the service is none, or holds no Python that will do.
    """
    service = case.order.service
    say(f"preparing {service}")
    await calls.require_docker()
    await sweep_orphans()
    config = await case.engine.config(case.folder)
    if service not in config["services"]:
        # As `docker compose run` has it, a service that is named needs no profile.
        case = replace(case, engine=case.engine.with_all_profiles())
        config = await case.engine.config(case.folder)
    prepared = await case.engine.prepare(case.folder, (service,), case.freight, build=case.build)
    image = await case.engine.image(case.folder, service, case.freight.notes)
    directory = await case.engine.working_directory(case.folder, service)
    before = await neighbours_of(prepared.project)
    label = f"{LABEL}={secrets.token_hex(8)}"
    # It has the payload, too: a volume in use is not removed by a hatchway of another version meanwhile.
    options = (
        f"--volume={KIT}",
        f"--volume={mounts_of(case.freight).volume}:{PAYLOAD}:ro",
    )
    try:
        async with idle_container(image.id, *options) as holder:
            python, kind = await _python_of(config["services"][service], image, directory)
            tools = await asyncio.to_thread(fetched, kind, case.wanted, measures=case.order.measures)
            await holder.put(str(KIT), archive(case.order, case.payload, tools, KIT))
            with _override(case, holder.name) as override:
                argv = _argv(case, prepared, override, python, label)
                bench = Bench(argv, label, _root(case.folder, config["services"][service], directory))
                run = Run(case.engine, bench, {})
                try:
                    yield run
                finally:
                    await bench.remove()
            run.results.update(unpacked(await holder.fetch(str(KIT / "results"))))
    finally:
        await restore(before)


class Client:
    """The `docker compose run` of a run. Ctrl-C is not for it: the container hears of it from us."""

    def __init__(self, process: Process) -> None:
        """Take the process."""
        self._process = process

    async def wait(self) -> int:
        """Wait for its end, which is the run's; return the exit code."""
        return await self._process.wait()

    def send_signal(self, number: int, /) -> None:
        """Send it a signal."""
        if number != signal.SIGINT:
            self._process.send_signal(number)


async def started(bench: Bench, folder: Path) -> Client:
    """Start the run; its output is shown."""
    process = await asyncio.create_subprocess_exec(
        *bench.argv, cwd=folder, env=calls.environment(), stdin=DEVNULL, process_group=0
    )
    return Client(process)


def _argv(case: Case, prepared: Prepared, override: Path, python: str, label: str) -> tuple[str, ...]:
    words = case.engine.files(case.folder).words(prepared.override, override)
    runner = str(PAYLOAD / "hatchway_agent" / "testing")
    options = ["--rm", "--no-TTY", "--label", label, "--label", owned(), *_environment()]
    if not case.keeps_entrypoint:
        return (
            "docker",
            *words,
            "run",
            *options,
            "--entrypoint",
            python,
            case.order.service,
            runner,
            str(KIT),
        )
    return ("docker", *words, "run", *options, case.order.service, python, runner, str(KIT))


def _environment() -> list[str]:
    """Return options that have the output look as if it were printed here."""
    variables = {"PYTHONUNBUFFERED": "1", "COLUMNS": str(shutil.get_terminal_size().columns)}
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        variables |= {"PY_COLORS": "1", "FORCE_COLOR": "1"}
    return [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]


@contextlib.contextmanager
def _override(case: Case, holder: str) -> Any:
    """Have a compose file there that gives the service the kit, and no health check."""
    added = {"volumes_from": [f"container:{holder}"], "healthcheck": {"disable": True}}
    path = case.freight.notes / f"{holder}.json"
    path.touch(mode=0o600)
    try:
        path.write_text(json.dumps({"services": {case.order.service: added}}), "utf-8")
        yield path
    finally:
        path.unlink(missing_ok=True)


async def _python_of(service: Mapping[str, Any], image: ImageFacts, directory: str) -> tuple[str, Kind]:
    """Return the interpreter of a service's application, and what it is."""
    for python in _candidates(service, image, directory):
        options = ("--entrypoint", python)
        async with idle_container(image.id, *options, command=("-I", "-c", LOOK)) as idle:
            if kind := kind_of(await idle.tell()):
                return python, kind
    msg = f"no Python runs in the image of {service.get('image') or 'the service'}"
    raise HatchwayError(msg, "`docker compose run` with the command `python --version` says more")


def _candidates(service: Mapping[str, Any], image: ImageFacts, directory: str) -> list[str]:
    """Return interpreters to try: that beside the service's program, then that of the image."""
    words: Sequence[str] = service.get("command") or image.command
    program = words[0] if words else ""
    found = []
    folder = posixpath.dirname(program)
    if folder.endswith("/bin") and folder not in _OF_ALL:
        found.append(f"{folder}/python")
    if posixpath.basename(program) in _OF_PROJECTS:
        found.append(f"{directory}/.venv/bin/python")
    return list(dict.fromkeys([*found, image.python]))


def _root(folder: Path, service: Mapping[str, Any], directory: str) -> Path:
    """Return where the files of the working directory are from: a mount, the build context, or the folder."""
    for mount in service.get("volumes") or ():
        if mount.get("type") == "bind" and mount.get("target") == directory:
            return Path(mount["source"])
    context = (service.get("build") or {}).get("context", "")
    return Path(context) if Path(context).is_absolute() else folder
