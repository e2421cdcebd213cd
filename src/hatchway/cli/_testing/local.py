"""A test run on this host: with the project's own Python, in its folder."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hatchway.cli._containers import nothing
from hatchway.cli._foreground import stay_with
from hatchway.cli._local import let_go, sweep
from hatchway.cli._testing.kit import REPORTS, SUMMARY, Order, plan_of, start_file
from hatchway.cli._testing.tools import LOOK, Wanted, fetched, kind_of
from hatchway.cli.run import GRACE, App, prepare
from hatchway.engines.rendezvous import plant_root
from hatchway.errors import HatchwayError

_ENVIRONMENTS = (".venv", "venv")
"""Where projects keep their virtual environment, mostly."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is ready to start."""

    app: App
    results: Path

    def taken(self) -> dict[str, bytes]:
        """Return the results there are by now."""
        files = (self.results / name for name in (*REPORTS, SUMMARY))
        return {file.name: file.read_bytes() for file in files if file.is_file()}


@contextlib.contextmanager
def run_for(order: Order, wanted: Wanted, python: str | None, on_breakpoint: str) -> Iterator[Run]:
    """Make all ready for a run. Raises `HatchwayError` if there is no Python that will do."""
    interpreter = _interpreter(python)
    said = subprocess.run([interpreter, "-I", "-c", LOOK], stdout=subprocess.PIPE, check=False)  # noqa: S603
    kind = kind_of(said.stdout)
    if kind is None:
        msg = f"{interpreter} is no Python that runs"
        raise HatchwayError(msg, "name another one: --python PATH")
    tools = fetched(kind, wanted, measures=order.measures)
    with tempfile.TemporaryDirectory(prefix="hatchway-tests-") as directory:
        kit = Path(directory)
        for name in ("results", "scratch", "start"):
            (kit / name).mkdir()
        (kit / "plan.json").write_bytes(plan_of(order, tools))
        app = prepare((interpreter, "-", directory), "tests", on_breakpoint)
        runner = str(app.payload / "hatchway_agent" / "testing")
        shutil.copy(start_file(app.payload), kit / "start" / "sitecustomize.py")
        environ = {**app.environ, "PYTHONUNBUFFERED": "1"}
        if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
            environ |= {"PY_COLORS": "1", "FORCE_COLOR": "1"}
        argv = (app.argv[0], runner, directory)
        try:
            yield Run(replace(app, argv=argv, environ=environ), kit / "results")
        finally:
            sweep(app.directory)


async def attend(run: Run) -> int:
    """Start the run, stay until it ends, and return its exit code. Its output is shown."""
    app = run.app
    process = await asyncio.create_subprocess_exec(*app.argv, env=app.environ, stdin=DEVNULL)
    plant_root(app.directory, process.pid)
    return await stay_with(process, lambda: let_go(app.directory), nothing, GRACE)


def _interpreter(asked: str | None) -> str:
    """Return the Python asked for, else the active or the project's environment's, else the usual one."""
    active = os.environ.get("VIRTUAL_ENV")
    places = [*([active] if active else []), *_ENVIRONMENTS]
    found = [str(Path(place, "bin", "python").absolute()) for place in places]
    candidates = [asked] if asked else [*found, "python3", "python"]
    for candidate in candidates:
        if program := shutil.which(candidate):
            return program
    msg = f"there is no {asked or 'Python here to test with'}"
    raise HatchwayError(msg, "name one: --python PATH")
