"""A real gunicorn with two workers over each kind of store, as a fixture."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent


@dataclass(frozen=True)
class Answer:
    """What came back for one request."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def allowed(self) -> set[str]:
        """The methods of the Allow header, whose order means nothing."""
        return set(self.headers["Allow"].split(", "))


@dataclass(frozen=True)
class Service:
    """A running message service and the log it writes."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, method: str, path: str) -> Answer:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode("ascii"))
        finally:
            connection.close()

    def says(self, *texts: str, times: int = 1) -> bool:
        """Tell whether the log holds each of these so many times."""
        log = self.log.read_text()
        return all(log.count(text) >= times for text in texts)

    @property
    def workers(self) -> list[int]:
        """The pids of the workers that have booted."""
        return [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", self.log.read_text())]

    @property
    def store(self) -> int:
        """The pid of the store that the service brought along."""
        found = re.search(r"\(pid (\d+)\)", self.ask("GET", "/health").text)
        assert found is not None
        return int(found[1])


Serve = Callable[..., AbstractContextManager[Service]]


@contextmanager
def _serving(log: Path, command: Sequence[str], port: int, **environment: str) -> Iterator[Service]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REDIS_", "GUNICORN_"))}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=FOLDER,
            env=kept | environment,
            stdout=output,
            stderr=output,
            close_fds=False,  # the listener
        )
    try:
        yield Service(port, process, log)
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Run the service under gunicorn; requests wait in the listener's queue until it is up."""

    @contextmanager
    def under_gunicorn(**environment: str) -> Iterator[Service]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.set_inheritable(True)
            bind = f"--bind=fd://{listener.fileno()}"
            command = ["-m", "gunicorn", "--workers=2", "--timeout=2", "--no-control-socket", bind, "app:app"]
            port = listener.getsockname()[1]
            with _serving(tmp_path / "gunicorn.log", command, port, **environment) as running:
                listener.close()
                yield running

    return under_gunicorn


@pytest.fixture
def serve_directly(tmp_path: Path) -> Serve:
    """Run the service as `python app.py`."""

    @contextmanager
    def as_a_script(**environment: str) -> Iterator[Service]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = ["-u", "app.py"]
        with _serving(tmp_path / "script.log", command, port, PORT=str(port), **environment) as running:
            yield running

    return as_a_script


@pytest.fixture
def eventually() -> Callable[..., bool]:
    """Wait until something holds, where there is no signal to wait for: another's child, another's log."""

    def wait(holds: Callable[[], bool]) -> bool:
        deadline = time.monotonic() + 20
        while not holds():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    return wait


@pytest.fixture
def is_running() -> Callable[[int], bool]:
    """Tell whether a process is there and no zombie."""

    def look(pid: int) -> bool:
        command = ["ps", "-o", "stat=", "-p", str(pid)]
        state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
        return state[:1] not in ("", "Z")

    return look


@pytest.fixture
def frozen() -> Callable[[int], AbstractContextManager[None]]:
    """Keep a process from running while a block runs."""

    @contextmanager
    def freeze(pid: int) -> Iterator[None]:
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    return freeze


@pytest.fixture(params=["fakeredis", "redis-server"] if shutil.which("redis-server") else ["fakeredis"])
def store_kind(request: pytest.FixtureRequest) -> str:
    """Name each kind of store that the service can bring along here."""
    return str(request.param)


@pytest.fixture
def service(store_kind: str, serve: Serve, tmp_path: Path) -> Iterator[Service]:
    """Serve with two workers over one kind of store."""
    nothing = str(tmp_path)  # where no redis-server is to be found
    with serve(PATH=nothing if store_kind == "fakeredis" else os.environ["PATH"]) as running:
        yield running
