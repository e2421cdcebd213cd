"""One `evaluate` in a stopped thread: through the hub, and straight to a pydevd of its own."""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from debugpy_beside import installed_for
from pairs import in_turn
from rows import Row, Table, row
from service import HATCHWAY, PATIENCE
from settings import Settings
from states import greet

from hatchway.terminal.client import DapClient

TABLE = Table("One `evaluate` in a stopped thread", "ms")
PROGRAM = """
import time

def work(number):
    doubled = number * 2
    return doubled  # stop here

while True:
    work(21)
    time.sleep(0.01)
"""
STRAIGHT = """
import runpy, socket, sys

accept = socket.socket.accept

def accept_without_delay(self):
    connection, address = accept(self)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection, address

socket.socket.accept = accept_without_delay
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""Runs pydevd. It writes header and body apart: unhelped, each answer waits 40 ms for an acknowledgement."""
LINE = 1 + PROGRAM.splitlines().index("    return doubled  # stop here")


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Ask both in turn, in alternating order."""
    with tempfile.TemporaryDirectory(prefix="bench-") as made, ExitStack() as at_the_end:
        program = Path(made) / "program.py"
        program.write_text(PROGRAM)
        straight = at_the_end.enter_context(_straight(python, program))
        through = at_the_end.enter_context(_through_the_hub(python, program))
        ways = [_Way(straight, program), _Way(through, program)]
        for way in ways:
            way.ask()
        pairs = in_turn(settings.evaluations, *(way.ask for way in ways))
    yield row(TABLE, version, "straight to pydevd", [first for first, _ in pairs])
    yield row(TABLE, version, "through the hub", [second for _, second in pairs])
    yield row(TABLE, version, "difference", [second - first for first, second in pairs])


class _Way:
    """A client whose debuggee stands at the line."""

    def __init__(self, client: DapClient, program: Path) -> None:
        self._client = client
        greet(client)
        source = {"source": {"path": str(program)}, "breakpoints": [{"line": LINE}]}
        client.request("setBreakpoints", source)
        client.request("configurationDone")
        thread = client.event("stopped")["threadId"]
        self._frame = client.request("stackTrace", {"threadId": thread})["stackFrames"][0]["id"]

    def ask(self) -> float:
        """Evaluate once; give the milliseconds."""
        begin = time.perf_counter()
        arguments = {"expression": "doubled + 1", "frameId": self._frame, "context": "repl"}
        answer = self._client.request("evaluate", arguments)
        taken = (time.perf_counter() - begin) * 1e3
        if answer["result"] != "43":
            raise RuntimeError(answer)
        return taken


@contextmanager
def _straight(python: Path, program: Path) -> Iterator[DapClient]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pydevd = installed_for(python) / "debugpy" / "_vendored" / "pydevd" / "pydevd.py"
    options = ["--json-dap-http", "--server", "--port", str(port), "--file", str(program)]
    command = [str(python), "-c", STRAIGHT, str(pydevd), *options]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with _once_it_listens(port) as client:
            yield client
    finally:
        process.kill()
        process.wait()


def _once_it_listens(port: int) -> DapClient:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return DapClient(port)
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


@contextmanager
def _through_the_hub(python: Path, program: Path) -> Iterator[DapClient]:
    runtime = program.parent / "run"
    runtime.mkdir(mode=0o700)
    process = subprocess.Popen(
        [HATCHWAY, "run", "--", python, program],
        cwd=program.parent,
        env=os.environ | {"XDG_RUNTIME_DIR": str(runtime), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        port = next(
            int(line.split(":")[2].split()[0]) for line in process.stdout or () if ": ready on" in line
        )
        with DapClient(port) as client:
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
