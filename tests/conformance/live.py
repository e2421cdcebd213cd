"""One row of the live conformance suite: a server under `hatchway run`, and what is asked of it."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from conformance.rows import HERE, Row
from e2e.environments import app_python
from e2e.running import Editor, Running, free_port, until

from hatchway.terminal.client import DapClient, RequestError

CROWD = 8
"""Requests side by side for each worker: more than one can serve before the others have woken up."""
LINES = 60
LONGEST_STEP = 300
BESIDE = ("answering.py", "leftovers.py")
REDIS = """
import sys
from fakeredis import TcpFakeServer
TcpFakeServer(("127.0.0.1", int(sys.argv[1]))).serve_forever()
"""


class Live(Running):
    """A row's server under `hatchway run`, in a project and a rendezvous directory of its own."""

    def __init__(self, row: Row, version: str, *options: str, alone: bool = False) -> None:
        """Start it; `alone`: without `hatchway run`, so without a hub."""
        self.row = row
        self.python = app_python(version, row.environment)
        self._closing = contextlib.ExitStack()
        self._crowd = ThreadPoolExecutor(64)
        # Closed last: a request waits for an answer until nobody is left who could give one.
        self._closing.callback(self._crowd.shutdown, wait=True, cancel_futures=True)
        # Not pytest's tmp_path: the path of a socket has 108 bytes at most.
        scratch = Path(
            self._closing.enter_context(tempfile.TemporaryDirectory(prefix="hw-", ignore_cleanup_errors=True))
        )
        self.folder = scratch / "shop"
        self.folder.mkdir()
        self.port = free_port()
        self._places = {
            "python": str(self.python),
            "bin": str(self.python.parent),
            "port": str(self.port),
            "redis": str(free_port()),
            "folder": str(self.folder),
        }
        self.source = self.folder / row.source
        for name, app in {row.source: row.app, **{name: name for name in BESIDE}, **row.copies}.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HERE / "apps" / app, self.folder / name)
        for name, text in row.files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(self._fill(text))
        self._environ = {
            "XDG_RUNTIME_DIR": str(scratch),
            # Of two edits in one second Python would take the first one's compiled file for the second's.
            "PYTHONDONTWRITEBYTECODE": "1",
            **{key: self._fill(value) for key, value in row.env.items()},
        }
        try:
            if row.redis:
                self._beside(sys.executable, "-c", REDIS, self._places["redis"])
            if row.front:
                self._beside(*map(self._fill, row.front))
            command = [self._fill(word) for word in row.command]
            self._journal = scratch / "journal"
            journal = ["--journal", str(self._journal)]
            ours = [sys.executable, "-m", "hatchway", "run", *journal, *options, "--"]
            super().__init__(command if alone else [*ours, *command], self.folder, **self._environ)
        except BaseException:
            self._closing.close()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._closing:
            if error is not None:  # not printed: rows run side by side, it would be shown with another
                error.add_note("\n".join(self._evidence()))
            super().__exit__(kind, error, trace)

    def _evidence(self) -> Iterator[str]:
        """Yield what the server said, and what hub, editor and workers said to each other."""
        yield f"--- {self.row.id} said at last:"
        yield from self.lines[-LINES:]
        yield "--- its threads stand at:"
        with contextlib.suppress(OSError, RuntimeError):
            for process in self.processes():
                dump = ["py-spy", "dump", "--nonblocking", "--pid", str(process["pid"])]
                yield subprocess.run(dump, capture_output=True, text=True, check=False).stdout
        yield "--- its session's last steps:"
        if self._journal.exists():
            yield from (step[:LONGEST_STEP] for step in self._journal.read_text().splitlines()[-LINES:])

    def _fill(self, text: str) -> str:
        return re.sub(r"\{(python|bin|port|redis|folder)\}", lambda match: self._places[match[1]], text)

    def _beside(self, *argv: str) -> None:
        """Run a command outside hatchway for as long as this lives."""
        environ = {**os.environ, **self._environ}
        with (self.folder.parent / "beside.log").open("ab") as log:
            process = subprocess.Popen(
                argv, cwd=self.folder, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._closing.callback(process.wait)
        self._closing.callback(process.kill)

    def editor(self) -> Editor:
        """Connect an editor, closed with the row."""
        editor = Editor(self.hub_port)
        self._closing.callback(editor.close)
        return editor

    def armed(self, *places: str) -> Editor:
        """Connect an editor with a breakpoint at `who`, or at other places, verified."""
        return self.editor().armed(self.source, *map(self.line_of, places or ("who",)))

    def line_of(self, place: str) -> int:
        """Return the number of the line marked `# stop: PLACE`."""
        lines = self.source.read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# stop: {place}"))

    def get(self, path: str, timeout: float = 90) -> Any:
        """Get a path, as often as it takes until somebody is there to answer it."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=timeout) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError:
                raise
            except (urllib.error.URLError, ConnectionError, http.client.HTTPException, json.JSONDecodeError):
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)  # nobody tells when a port is opened

    def hang(self) -> None:
        """Send a request that is never answered."""

        def send() -> None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/hang", timeout=60).close()

        self._crowd.submit(send)

    def version(self) -> str:
        """Return which text of the source answers; empty if it is one that cannot."""
        try:
            return str(self.get("/version")["version"])
        except urllib.error.HTTPError:
            return ""

    def getting(self, *paths: str) -> list[Future[Any]]:
        """Send requests side by side."""
        return [self._crowd.submit(self.get, path) for path in paths]

    def crowd(self, path: str) -> "Crowd":
        return Crowd(self, path)

    def ps(self) -> list[dict[str, Any]]:
        """Return what `hatchway ps --json` lists."""
        argv = [sys.executable, "-m", "hatchway", "ps", "--json"]
        environ = {**os.environ, **self._environ}
        said = subprocess.run(
            argv, cwd=self.folder, env=environ, check=True, capture_output=True, text=True
        ).stdout
        return without_helpers(json.loads(said)["processes"])

    def processes(self, **wished: bool) -> list[dict[str, Any]]:
        """Return the same, asked of the hub as `ps` asks, without the time that a command takes."""
        with DapClient(self.hub_port) as client:
            return without_helpers(client.request("hatchwaySnapshot", wished)["processes"])

    def busy(self) -> Counter[int]:
        """Return by process how many requests or tasks it has in flight, of those that tell."""
        told = {process["pid"]: process["busy"] for process in self.processes(busy=True)}
        return Counter({pid: busy for pid, busy in told.items() if busy is not None})

    def roles(self) -> dict[str, int]:
        return dict(Counter(process["role"] for process in self.processes()))

    def states(self) -> set[str]:
        """Return in which states the workers are."""
        return {process["state"] for process in self.workers().values()}

    def workers(self) -> dict[int, dict[str, Any]]:
        return {process["pid"]: process for process in self.processes() if process["role"] == "worker"}

    def until_serving(self) -> Self:
        """Wait for the hub, for an answer to a request, and for all processes to be there."""
        assert self.hub_port
        self.get("/version")
        until(lambda: self.roles() == self.row.roles, lambda: f"{self.roles()} is not {self.row.roles}")
        return self

    def edit(self, before: str, after: str) -> None:
        """Change the source as editors do: in one piece, and so that its time of change differs."""
        text = self.source.read_text()
        assert before in text
        changed = self.source.with_suffix(".new")
        changed.write_text(text.replace(before, after, 1))
        changed.replace(self.source)
        if self.row.signal:
            (supervisor,) = [
                process["pid"] for process in self.processes() if process["role"] == "supervisor"
            ]
            os.kill(supervisor, getattr(signal, self.row.signal))

    def save_until_it_serves(self) -> None:
        """Save the source again, as people do: a reloader that has just begun takes it for unchanged."""

        def serves() -> bool:
            self.source.touch()
            try:
                self.get("/version", timeout=3)
            except (OSError, http.client.HTTPException):
                return False
            return True

        until(serves, lambda: f"nothing is served: {self.lines[-20:]}")


class Crowd:
    """Requests sent side by side, again and again: which worker gets a single one is the server's matter."""

    def __init__(self, live: Live, path: str) -> None:
        self._live = live
        self._path = path
        self._count = CROWD * live.row.roles["worker"]
        self._requests: list[Future[Any]] = []

    def send(self) -> None:
        """Send as many as keep every worker busy, unless some are on their way yet."""
        if all(request.done() for request in self._requests):
            self._requests += self._live.getting(*[self._path] * self._count)

    def answered(self) -> list[Any]:
        """Return the answers so far, the last sent last."""
        return [request.result() for request in self._requests if request.done()]

    def answers(self) -> list[Any]:
        """Return all answers, once they are there."""
        return [request.result() for request in self._requests]

    def pids(self) -> Counter[int]:
        """Count by process who has answered so far."""
        return Counter(answer["pid"] for answer in self.answered())


def without_helpers(processes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [process for process in processes if process["role"] != "helper"]


def is_alive(pid: int) -> bool:
    """Tell whether a process lives; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def stops(editor: Editor, requests: list[Future[Any]]) -> Iterator[int]:
    """Yield the thread of each stop, and let it run on, until all requests are answered."""
    while not all(request.done() for request in requests):
        try:
            thread = editor.stopped(timeout=0.2)
        except TimeoutError:
            continue
        yield thread
        with contextlib.suppress(RequestError):  # its worker may have been ended meanwhile
            editor.resume(thread)
