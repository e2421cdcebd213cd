"""The service that is measured: the message example under gunicorn, with or without something beside it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HATCHWAY = Path(sys.executable).with_name("hatchway")
PATIENCE = 60.0


@dataclass(frozen=True)
class Service:
    """A running service: where it listens, who its workers are, and where `hatchway` is called."""

    folder: Path
    port: int
    workers: list[int]
    environment: dict[str, str]

    @property
    def source(self) -> Path:
        """The file of the application."""
        return self.folder / "app.py"

    @property
    def quiet_line(self) -> int:
        """A line that no request of the load ever reaches, in the file of the one that does."""
        lines = self.source.read_text().splitlines()
        return next(number for number, line in enumerate(lines, 1) if "store().set(" in line)


@contextmanager
def service(
    python: Path,
    workers: int = 1,
    *,
    before: Sequence[str | Path] = (),
    config: str = "",
    **environment: str,
) -> Iterator[Service]:
    """Run the service until the block ends; `before` is the command that runs it, if one does."""
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as made,
        socket.create_server(("127.0.0.1", 0), backlog=512) as listener,
    ):
        folder = Path(made, "message")
        folder.mkdir()
        shutil.copy(ROOT / "examples" / "message" / "app.py", folder)
        (folder / "gunicorn.conf.py").write_text(config)
        (Path(made) / "run").mkdir(mode=0o700)
        environ = os.environ | {"XDG_RUNTIME_DIR": f"{made}/run", "NO_COLOR": "1"} | environment
        gunicorn = [str(python), "-m", "gunicorn", f"--workers={workers}", f"--bind=fd://{listener.fileno()}"]
        options = ["--no-control-socket", "--timeout=300", "app:app"]
        log = Path(made) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*before, *gunicorn, *options],
                cwd=folder,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[listener.fileno()],
            )
        try:
            yield Service(folder, listener.getsockname()[1], _booted(log, workers, process), environ)
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def hub(running: Service, *command: str) -> Iterator[int]:
    """Open a hub in the service's folder; give its port."""
    process = subprocess.Popen(
        [HATCHWAY, *(command or ("attach",))],
        cwd=running.folder,
        env=running.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    try:
        for line in process.stdout or ():
            said += line
            if ready := re.match(r"hatchway: ready on 127\.0\.0\.1:(\d+)", line):
                yield int(ready[1])
                break
        else:
            message = f"no hub: {said}"
            raise RuntimeError(message)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def _booted(log: Path, count: int, process: "subprocess.Popen[bytes]") -> list[int]:
    deadline = time.monotonic() + PATIENCE
    while True:
        text = log.read_text()
        pids = [int(pid) for pid in re.findall(r"Booting worker with pid: (\d+)", text)]
        if len(pids) == count:
            return pids
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"the service did not start:\n{text}"
            raise RuntimeError(message)
        time.sleep(0.01)
