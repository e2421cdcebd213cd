"""`hatchway demo`: the guided tour on the message service, with nothing but Python."""

import contextlib
import importlib.util
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import click

import hatchway
from hatchway.cli.screen import counted, say
from hatchway.errors import HatchwayError
from hatchway.terminal.case import Case, load_case
from hatchway.terminal.client import DapClient
from hatchway.terminal.tour import Outcome, Stop, attach, tour

FIRST_PORT = 8000
OPENING = 20.0
"""Seconds for the service to listen once it was started."""
_READY = re.compile(r"hatchway: ready on 127\.0\.0\.1:(\d+)")


@click.command("demo")
@click.option("--stay/--no-stay", default=None, help="Stay with the hub open.  [default: in a terminal]")
def demo_command(*, stay: bool | None) -> None:
    """Take the guided tour: one breakpoint, four gunicorn workers, one debug session.

    Needs neither Docker nor Redis.

    \b
    Example:
      hatchway demo
    """
    case = load_case(_example())
    base = f"http://127.0.0.1:{_free_port()}"
    stays = sys.stdin.isatty() and sys.stdout.isatty() if stay is None else stay
    say(f"starting {case.title}")
    with _running(case, base) as port:
        _wait_until_open(base)
        for exchange in case.prepare:
            exchange.send(base)
        with DapClient(port) as client:
            attach(client, case)
            say(f"breakpoint armed at {case.source.name}:{case.line} in every worker; sending requests")
            outcome = tour(client, case, base, _Showing(case))
            _prove(case, outcome)
            client.request("disconnect")
        if stays:
            _tell_how_to_attach(port, case, base)
            with contextlib.suppress(KeyboardInterrupt):
                signal.pause()
            click.echo()


COMMAND = demo_command


class _Showing:
    """Prints each stop, the source once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._seen: set[int] = set()

    def __call__(self, stop: Stop) -> None:
        if stop.pid in self._seen:
            return
        self._seen.add(stop.pid)
        click.echo()
        click.secho(
            f"  {stop.worker} stopped in {stop.function}, {Path(stop.file).name}:{stop.line}", bold=True
        )
        source = self._case.source.read_text("utf-8").splitlines()
        for number in range(max(1, stop.line - 3), min(len(source), stop.line + 1) + 1):
            mark = "->" if number == stop.line else "  "
            click.echo(f"    {mark} {number:3} {source[number - 1]}")
        click.echo(f"    {self._case.local} = {stop.value}")


def _prove(case: Case, outcome: Outcome) -> None:
    """Say what was shown. Raises `HatchwayError` if it was not so."""
    wrong = [body for body in outcome.answers if json.loads(body) != case.request.answer]
    values = {stop.value for stop in outcome.stops}
    if wrong or values != {case.value} or outcome.pids_before != outcome.pids_after:
        msg = (
            f"{len(wrong)} wrong answers, values {values}, pids {outcome.pids_before} -> {outcome.pids_after}"
        )
        raise HatchwayError(msg, "this should not be: please report it with your Python's version")
    click.echo()
    workers, stops = counted(len(outcome.workers), "worker"), counted(len(outcome.stops), "stop")
    say(f"all {workers} stopped there, {stops} in all")
    say(f"all {counted(len(outcome.answers), 'request')} were answered, with the right answer")
    say(f"the same workers serve on: pids {', '.join(map(str, sorted(outcome.pids_after)))}")


def _tell_how_to_attach(port: int, case: Case, base: str) -> None:
    click.echo(f"""
The hub stays open on 127.0.0.1:{port}. Now attach your own editor:

  VS Code   in .vscode/launch.json, under "configurations":
            {{ "name": "hatchway", "type": "debugpy", "request": "attach",
              "connect": {{ "host": "127.0.0.1", "port": {port} }},
              "justMyCode": false }}
  Neovim    nvim-dap reads that file too; its adapter, once in your init.lua:
            require('dap').adapters.debugpy =
              {{ type = 'server', host = '127.0.0.1', port = {port} }}
  PyCharm   2025.3 or newer: Run > Edit Configurations > + > Attach to DAP,
            localhost:{port}, local and remote path the folder below

  the code  {case.folder}
  try it    set a breakpoint in {case.source.name}, then: curl {base}{case.request.path}

Ctrl-C ends the service and the hub.""")


@contextlib.contextmanager
def _running(case: Case, base: str) -> Iterator[int]:
    """Run the service as a user would, with `hatchway run`; yield the hub's port."""
    command = [word.replace("{port}", base.rpartition(":")[2]) for word in case.command]
    # The demo's own interpreter: an active virtual environment may hold another gunicorn, or none.
    argv = [sys.executable, "-m", "hatchway", "run", "--", sys.executable, "-m", *command]
    click.echo(f"    $ cd {case.folder}\n    $ hatchway run -- {' '.join(command)}")
    process = subprocess.Popen(  # noqa: S603 - our own program
        argv,
        cwd=case.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield _ready_port(process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready_port(process: subprocess.Popen[str]) -> int:
    """Show the service's output until the hub is ready, and swallow it from then on."""
    assert process.stdout is not None  # noqa: S101 - for the type checker: we asked for a pipe
    for line in process.stdout:
        click.secho(f"    {line.rstrip()}", dim=True)
        if match := _READY.search(line):
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return int(match[1])
    msg = f"the service ended with exit code {process.wait()} before it was ready"
    raise HatchwayError(msg, "its own words are above")


def _example() -> Path:
    """Return the folder of the message service: inside the installed package, or in a checkout beside it."""
    missing = [
        name for name in ("flask", "gunicorn", "redis", "fakeredis") if importlib.util.find_spec(name) is None
    ]
    if missing:
        msg = f"the demo's service needs {', '.join(missing)}, not installed here"
        raise HatchwayError(msg, f"{sys.executable} -m pip install {' '.join(missing)}")
    package = Path(hatchway.__file__).parent
    for folder in (package / "_examples" / "message", package.parents[1] / "examples" / "message"):
        if folder.is_dir():
            return folder
    msg = "the demo's service is not in this installation"
    raise HatchwayError(msg, "install hatchway again: its installation is not whole")


def _wait_until_open(base: str) -> None:
    """Wait for the service to listen. Raises `HatchwayError` if it does not."""
    address = urllib.parse.urlsplit(base)
    deadline = time.monotonic() + OPENING
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection((address.hostname or "", address.port or 0), 1).close()
            return
        time.sleep(0.05)
    msg = f"the service did not listen on {base} within {OPENING:.0f} s"
    raise HatchwayError(msg, "its own words are above")


def _free_port() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    msg = f"no port from {FIRST_PORT} on is free for the service"
    raise HatchwayError(msg, "end one of the servers that run on this machine")
