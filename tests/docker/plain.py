"""A container that a person starts by `docker run`, in a folder with an app, and what tests ask of it."""

import json
import os
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

from docker.stack import HATCHWAY, STACKS, docker
from e2e.running import Editor, Running

IMAGE = "python:3.12-slim"


class Plain:
    """A folder with an app, and containers of a name of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"hw-{secrets.token_hex(4)}"
        self.app = folder / "app.py"
        shutil.copy(STACKS / "plain" / "app.py", self.app)
        lines = enumerate(self.app.read_text().splitlines(), 1)
        self.line = next(number for number, text in lines if text.endswith("# stop: tick"))

    def words(self, *options: str, image: str = IMAGE, command: tuple[str, ...] = ()) -> list[str]:
        mount = f"{self.folder}:/app:ro"
        at = ["--name", self.name, "-v", mount, "-w", "/app"]
        return ["docker", "run", *options, *at, image, *(command or ("python", "app.py"))]

    def hatchway(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*HATCHWAY, *words],
            cwd=self.folder,
            env={**os.environ, "NO_COLOR": "1", **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    def running(self, *words: str) -> Running:
        return Running([*HATCHWAY, *words], self.folder)

    def run(self, *options: str, ours: tuple[str, ...] = (), **how: Any) -> Running:
        return self.running("run", *ours, "--", *self.words(*options, **how))

    def ps(self) -> list[dict[str, Any]]:
        """Return the processes that hatchway knows in the folder."""
        return json.loads(self.hatchway("ps", "--json").stdout)["processes"]

    def known(self) -> dict[str, Any] | None:
        said = subprocess.run(
            ["docker", "container", "inspect", self.name], capture_output=True, text=True, check=False
        )
        return json.loads(said.stdout)[0] if said.returncode == 0 else None

    def processes(self) -> list[str]:
        """Return the command lines in the container."""
        return [
            line.split(maxsplit=1)[1] for line in docker("top", self.name, "-eo", "pid,args").splitlines()[1:]
        ]

    def stops(self, port: int, service: str = "") -> dict[str, str]:
        """Stop in the app, and return the local variables there."""
        with Editor(port) as editor:
            editor.armed(self.app, self.line)
            thread = editor.stopped()
            frame = editor.top(thread)
            assert (frame["source"]["path"], frame["line"]) == (str(self.app), self.line)
            names = {known["id"]: known["name"] for known in editor.request("threads")["threads"]}
            assert names[thread].startswith(f"{service or self.name}/")
            found = editor.locals_of(frame)[1]
            editor.request("disconnect")
        return found
