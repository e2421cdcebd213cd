"""The compose project of an example, and what the tests ask of it."""

import atexit
import functools
import json
import re
import secrets
import shutil
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from docker.engine import require_engine
from docker.stack import Stack, docker
from e2e.examples import EXAMPLES, PATIENCE, load_example
from e2e.running import printed_by

TRIES = 3
"""A limit in seconds holds if it holds once in so many tries: the machine may be busy with something else."""
PORTS = {
    "message": ["MESSAGE_PORT"],
    "degrees": ["DEGREES_PORT", "HELLO_PORT"],
    "geoip": ["GEOIP_PORT"],
    "segmentation": ["FASTAPI_PORT", "STREAMLIT_PORT"],
    "uwsgi": ["CORE_PORT"],
}
"""The variables that say where each publishes its services."""


class Project(Stack):
    """An example's project under a name of its own; nothing of it is started yet."""

    def __init__(self, name: str, folder: Path) -> None:
        require_engine()
        super().__init__(name, folder, EXAMPLES, PORTS[name])
        self.example = load_example(self.folder)
        self.environ["DB_PASSWORD"] = secrets.token_hex(8)

    def base(self, port: str = "") -> str:
        return f"http://127.0.0.1:{self.ports[port or self.example.port]}"

    def code(self, path: str, method: str = "GET") -> int:
        """Return the status of an answer."""
        return self.ask(path, method)[0]

    def ask(self, path: str, method: str = "GET", body: Any = None, port: str = "") -> tuple[int, str]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base(port) + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()

    def config(self) -> dict[str, Any]:
        return json.loads(self.compose("config", "--format", "json"))

    def images(self) -> dict[str, dict[str, Any]]:
        """Return what docker knows of each service's image."""
        return {
            name: json.loads(docker("image", "inspect", container["Image"]))[0]["Config"]
            for name, container in self.containers().items()
        }

    def steps_taken(self, service: str) -> list[str]:
        """Build a service, and return the steps that no cache had."""
        said = printed_by(["sh", "-c", f"docker compose build {service} 2>&1"], self.folder, **self.environ)
        steps = dict(re.findall(r"^#(\d+) \[.*\d/\d+\] (.+)$", said, re.MULTILINE))
        for cached in re.findall(r"^#(\d+) CACHED$", said, re.MULTILINE):
            steps.pop(cached, None)
        return list(steps.values())

    def top(self, service: str) -> str:
        """Return the processes of a service's container, as the host sees them."""
        return docker("top", self.containers()[service]["Id"], "-eo", "pid,args")

    def inside(self, *command: str) -> str:
        """Run a command in the container of the service that answers, and return what it prints."""
        return self.compose("exec", "-T", self.example.service, *command)

    def listening(self, *, loopback: bool = True) -> set[int]:
        """Return the ports that are listened on in the container, by others than Docker's name server."""
        lines = self.inside("cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()
        sockets = [line.split() for line in lines if ": " in line]
        passed_over = "0B00007F" if loopback else ("0B00007F", "0100007F")
        return {
            int(local.rpartition(":")[2], 16)
            for _, local, _, state, *_ in sockets
            if state == "0A" and not local.startswith(passed_over)
        }

    def supervisorctl(self, *words: str) -> str:
        return self.inside("supervisorctl", "-c", "docker/supervisord.conf", *words)


@functools.cache
def cache() -> str:
    """Return where what is made once is kept for all tests: a payload, compiled for each Python."""
    directory = tempfile.mkdtemp(prefix="hw-cache-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


@contextmanager
def apart() -> Iterator[Path]:
    """Have rendezvous and cache lie apart from the user's own; return where the rendezvous is."""
    # Not pytest's folder: the path of a socket has 108 bytes at most.
    with tempfile.TemporaryDirectory(prefix="hw-") as directory, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", directory)
        patch.setenv("XDG_CACHE_HOME", cache())
        yield Path(directory)


@contextmanager
def production(name: str, folder: Path) -> Iterator[Project]:
    """Bring a project up without what compose.override.yaml adds, and wait until it is healthy."""
    with apart(), Project(name, folder) as project:
        project.environ["COMPOSE_FILE"] = "compose.yaml"
        project.compose("up", "--build", "--detach", "--wait")
        yield project


def fastest(attempt: Callable[[], None]) -> float:
    """Return the seconds that something took at best."""
    took = []
    for _ in range(TRIES):
        before = time.monotonic()
        attempt()
        took.append(time.monotonic() - before)
    return min(took)
