"""A service under `hatchway run` in a folder of its own, and what the tests ask of it."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from hatchway.terminal.client import DapClient

APPS = Path(__file__).parent / "apps"
PATIENCE = 30.0
READY = re.compile(r"hatchway: ready on 127\.0\.0\.1:(\d+) ")


def free_port() -> int:
    """Find a port below those the kernel gives: no outgoing connection takes it before the server does."""
    while True:
        port = random.randrange(10_000, 32_768)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def until(
    condition: Callable[[], object], complaint: Callable[[], object], timeout: float = PATIENCE
) -> None:
    """Look until it is so: of what servers and engines do there is no signal."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.05)


def printed_by(argv: Sequence[str | Path], folder: Path | None = None, **environ: str) -> str:
    """Run a command to its end, and return what it printed. Fails with all that it said if it failed."""
    done = subprocess.run(
        argv,
        cwd=folder,
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Running:
    """`hatchway run` (or another command line) and the lines it prints."""

    def __init__(self, argv: Sequence[str], folder: Path, **environ: str) -> None:
        self.folder = folder
        self.lines: list[str] = []
        self._news = threading.Condition()
        self.process = subprocess.Popen(
            argv,
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1", **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self.process.wait()
            self._news.notify_all()

    def line(self, pattern: str, timeout: float = 30) -> re.Match[str]:
        """Return the first line's match, once there is one."""

        def found() -> re.Match[str] | None:
            return next((match for line in self.lines if (match := re.search(pattern, line))), None)

        with self._news:
            is_there = self._news.wait_for(lambda: found() or self.process.poll() is not None, timeout)
            match = found()
        how = "it ended" if is_there else f"waited for {timeout:.0f} s"
        assert match, "\n".join([f"no line {pattern!r}, {how}:", *self.lines])
        return match

    def lines_like(self, pattern: str, least: int, timeout: float = 30) -> list[str]:
        """Return the lines that match, once there are so many."""

        def found() -> list[str]:
            return [line for line in self.lines if re.search(pattern, line)]

        with self._news:
            assert self._news.wait_for(lambda: len(found()) >= least, timeout), "\n".join(self.lines)
            return found()

    @property
    def hub_port(self) -> int:
        return int(self.line(READY.pattern)[1])

    def end(self, number: int = signal.SIGTERM, timeout: float = 40) -> int:
        """Send a signal, unless it has ended, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout)
        self._reader.join(5)
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.end()
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            # A process that outlived the app holds the pipe, and a close under a blocked read waits for it.
            assert not self._reader.is_alive(), "\n".join(["a process outlived the app:", *self.lines[-50:]])
            self.process.stdout.close()


class Service(Running):
    """The test service under a server, reached by HTTP and by DAP."""

    def __init__(
        self,
        python: Path,
        folder: Path,
        *,
        server: Sequence[str] = ("-m", "gunicorn", "-w", "4"),
        options: Sequence[str] = (),
        app: str = "service.py",
        **environ: str,
    ) -> None:
        shutil.copy(APPS / app, folder)
        self.python = python
        self.port = free_port()
        self.source = folder / app
        self.options = tuple(options)
        command = [str(python), *server, "-b", f"127.0.0.1:{self.port}", f"{app.removesuffix('.py')}:app"]
        super().__init__(
            [sys.executable, "-m", "hatchway", "run", *options, "--", *command], folder, **environ
        )
        self._crowd = ThreadPoolExecutor(64)

    def __exit__(self, *_: object) -> None:
        super().__exit__(*_)
        self._crowd.shutdown()

    def line_of(self, place: str) -> int:
        """Return the number of the line marked `# stop: PLACE`."""
        lines = self.source.read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# stop: {place}"))

    def get(self, path: str, timeout: float = 60) -> Any:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as answer:
            return json.load(answer)

    def getting(self, *paths: str) -> list[Future[Any]]:
        """Send requests side by side."""
        return [self._crowd.submit(self.get, path) for path in paths]

    def ps(self) -> list[dict[str, Any]]:
        argv = [sys.executable, "-m", "hatchway", "ps", "--json"]
        said = subprocess.run(argv, cwd=self.folder, check=True, capture_output=True, text=True).stdout
        return json.loads(said)["processes"]

    def workers(self) -> set[int]:
        return {process["pid"] for process in self.ps() if process["role"] == "worker"}


class Editor(DapClient):
    """A client that knows initialize, attach, setBreakpoints, configurationDone and the requests used."""

    def start(
        self, breakpoints: dict[Path, Sequence[int]] | None = None, client: str = "test", **attach: Any
    ) -> list[dict[str, Any]]:
        """Attach and configure; return the breakpoints as they were answered."""
        self.request("initialize", {"clientID": client, "adapterID": "hatchway"})
        self.event("initialized")
        self.request("attach", attach)
        answered = []
        for source, lines in (breakpoints or {}).items():
            answered += self.set_breakpoints(source, *lines)
        self.request("configurationDone")
        return answered

    def set_breakpoints(self, source: Path, *lines: int) -> list[dict[str, Any]]:
        asked = {"source": {"path": str(source)}, "breakpoints": [{"line": line} for line in lines]}
        return self.request("setBreakpoints", asked)["breakpoints"]

    def armed(self, source: Path, *lines: int, **options: Any) -> Self:
        """Attach with breakpoints and return once each is verified."""
        for answered in self.start({source: lines}, **options):
            if not answered["verified"]:
                self.event("breakpoint", lambda body, wanted=answered["id"]: is_verified(body, wanted))
        return self

    def stopped(self, timeout: float = 20) -> int:
        """Return the thread of the next stop."""
        return int(self.event("stopped", timeout=timeout)["threadId"])

    def top(self, thread: int) -> dict[str, Any]:
        """Return the newest frame of a stopped thread."""
        stack: list[dict[str, Any]] = self.request("stackTrace", {"threadId": thread, "levels": 1})[
            "stackFrames"
        ]
        return stack[0]

    def locals_of(self, frame: dict[str, Any]) -> tuple[int, dict[str, str]]:
        """Return the reference and the values of a frame's local variables."""
        scope = self.request("scopes", {"frameId": frame["id"]})["scopes"][0]["variablesReference"]
        variables = self.request("variables", {"variablesReference": scope})["variables"]
        return scope, {variable["name"]: variable["value"] for variable in variables}

    def evaluate(self, expression: str, frame: dict[str, Any]) -> str:
        asked = {"expression": expression, "frameId": frame["id"], "context": "watch"}
        return str(self.request("evaluate", asked)["result"])

    def resume(self, thread: int) -> None:
        self.request("continue", {"threadId": thread})

    def pid_of(self, thread: int) -> int:
        names = {known["id"]: known["name"] for known in self.request("threads")["threads"]}
        return int(re.search(r"/(\d+)", names[thread])[1])


def is_verified(body: dict[str, Any], wanted: int) -> bool:
    return body["breakpoint"]["id"] == wanted and body["breakpoint"]["verified"]


def walk(editor: Editor, requests: list[Future[Any]], look: Callable[[int], None]) -> int:
    """Look at each stop and let it run on until all requests are answered; return how many there were."""
    stops = 0
    while not all(request.done() for request in requests):
        try:
            thread = editor.stopped(timeout=0.2)
        except TimeoutError:
            continue
        stops += 1
        look(thread)
        editor.resume(thread)
    return stops
