"""A compose project in a folder of its own, and what the tests ask of it."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from e2e.running import Editor, Running, free_port

STACKS = Path(__file__).parent / "stacks"
LEFT_BEHIND = shutil.ignore_patterns("__pycache__", "*.sqlite3", "venv", "reports")
"""What a person who tries a project leaves in its folder."""
HATCHWAY = [sys.executable, "-m", "hatchway"]


class Stack:
    """The project, under a name of its own; on leaving, nothing of it is left."""

    def __init__(
        self, name: str, folder: Path, stacks: Path = STACKS, ports: Sequence[str] = ("WEB_PORT", "API_PORT")
    ) -> None:
        self.folder = folder / name
        shutil.copytree(stacks / name, self.folder, ignore=LEFT_BEHIND)
        self.ports = {port: str(free_port()) for port in ports}
        self.environ = {
            **os.environ,
            **self.ports,
            "COMPOSE_PROJECT_NAME": f"hw-{name}-{secrets.token_hex(3)}",
            "COMPOSE_PROGRESS": "plain",
            "NO_COLOR": "1",
            "COLUMNS": "100",
        }
        self._crowd = ThreadPoolExecutor(64)
        self._editors: list[Editor] = []

    @property
    def project(self) -> str:
        return self.environ["COMPOSE_PROJECT_NAME"]

    def hatchway(self, *words: str, timeout: float = 180, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command of ours to its end."""
        return subprocess.run(
            [*HATCHWAY, *words],
            cwd=self.folder,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def up(self, *words: str) -> int:
        """Bring the project up in the background; return the hub's port."""
        done = self.hatchway("up", "-d", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        ready = [line for line in done.stdout.splitlines() if line.startswith("hatchway: ready on ")]
        return int(ready[0].split(":")[2].split()[0])

    def running(self, *words: str) -> Running:
        """Start a command of ours."""
        return Running([*HATCHWAY, *words], self.folder, **self.environ)

    def compose(self, *words: str) -> str:
        argv = ["docker", "compose", *words]
        done = subprocess.run(
            argv, cwd=self.folder, env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def containers(self, *words: str) -> dict[str, dict[str, Any]]:
        """Return what docker knows of each service's first container."""
        ids = self.compose("ps", "--all", "--quiet", *words).split()
        found = json.loads(docker("inspect", *ids)) if ids else []
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in reversed(found)}

    def execs(self, *services: str) -> dict[str, list[str]]:
        """Return what the engine runs in each container beside its own command: whose parent is outside.

        Not `ExecIDs`: a client killed before the start of its command leaves one there, without a process.
        """
        found = {}
        for identity in self.compose("ps", "--quiet", *services).split():
            lines = docker("top", identity, "-eo", "pid,ppid,args").splitlines()[1:]
            known = {pid: (parent, args) for pid, parent, args in (line.split(maxsplit=2) for line in lines)}
            first = docker("inspect", "--format", "{{.State.Pid}}", identity).strip()
            found[identity] = [
                args for pid, (parent, args) in known.items() if parent not in known and pid != first
            ]
        return found

    def ps(self) -> list[dict[str, Any]]:
        done = self.hatchway("ps", "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["processes"]

    def editor(self, port: int) -> Editor:
        """Connect an editor, closed with the stack."""
        self._editors.append(Editor(port))
        return self._editors[-1]

    def source(self, name: str) -> Path:
        return self.folder / name

    def line_of(self, name: str, place: str) -> int:
        lines = self.source(name).read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if line.endswith(f"# stop: {place}"))

    def get(self, service: str, path: str, timeout: float = 60) -> Any:
        url = f"http://127.0.0.1:{self.ports[f'{service.upper()}_PORT']}{path}"
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return json.load(answer)

    def wait_for_workers(self, patience: float = 30, **wanted: int) -> None:
        """Wait until each service has so many: `ready` is said before the slowest are there."""
        deadline = time.monotonic() + patience
        while True:
            found = Counter(process["service"] for process in self.ps() if process["role"] == "worker")
            if found == wanted:
                return
            assert time.monotonic() < deadline, f"{found}\n{self.compose('ps', '--all')}"
            time.sleep(0.1)

    def wait_until_serving(self, *services: str, patience: float = 30) -> None:
        """Wait until the services answer: a worker is there before its server listens."""
        deadline = time.monotonic() + patience
        for service in services:
            while True:
                try:
                    self.get(service, "/who/first", timeout=5)
                    break
                except OSError:
                    assert time.monotonic() < deadline, self.compose("logs", service)
                    time.sleep(0.05)

    def getting(self, service: str, *paths: str) -> list[Future[Any]]:
        return [self._crowd.submit(self.get, service, path) for path in paths]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for editor in self._editors:
            editor.close()
        try:
            done = self.hatchway("down", "-v")
            assert done.returncode == 0, done.stdout + done.stderr
        finally:
            self.compose(
                "--profile", "*", "down", "--volumes", "--timeout", "1", "--rmi", "local", "--remove-orphans"
            )
            self._crowd.shutdown()


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True).stdout
