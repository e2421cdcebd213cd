"""`hatchway pdb` in a terminal, 200 frames deep: a stop until its prompt, and what shows the whole stack."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from e2e.terminal import Terminal
from rows import Row, Table, row
from service import HATCHWAY, PATIENCE
from settings import Settings

TABLE = Table("`hatchway pdb`, 200 frames deep", "ms")
PROGRAM = """
import time

def work(depth):
    if depth:
        return work(depth - 1)
    return depth  # stop here

while True:
    work(199)
    time.sleep(0.01)
"""
LINE = 1 + PROGRAM.splitlines().index("    return depth  # stop here")


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Type as a person does, in a pseudo-terminal; the hub's journal says when the stop came."""
    prompts: list[float] = []
    taken: dict[str, list[float]] = {"ll": [], "w": []}
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = Path(made)
        (folder / "program.py").write_text(PROGRAM)
        (folder / "run").mkdir(mode=0o700)
        runtime = str(folder / "run")
        process = subprocess.Popen(
            [HATCHWAY, "run", "--journal", "journal.jsonl", "--", python, "program.py"],
            cwd=folder,
            env=os.environ | {"XDG_RUNTIME_DIR": runtime},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            next(line for line in process.stdout or () if ": ready on" in line)
            with Terminal(folder, "-b", f"program.py:{LINE}", XDG_RUNTIME_DIR=runtime) as terminal:
                for _ in range(settings.prompts):
                    terminal.prompt()
                    prompts.append(time.monotonic())
                    for command, times in taken.items():
                        begin = time.perf_counter()
                        terminal.type(command)
                        times.append((time.perf_counter() - begin) * 1e3)
                    terminal.enter("c")
                terminal.prompt()
                terminal.leave()
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
        stops = list(_stops(folder / "journal.jsonl"))
    waits = [(prompt - stop) * 1e3 for stop, prompt in zip(stops, prompts, strict=False)]
    yield row(TABLE, version, "from the stopped event to the prompt", waits)
    for command, times in taken.items():
        yield row(TABLE, version, f"`{command}`, from the key to the next prompt", times)


def _stops(journal: Path) -> Iterator[float]:
    """Yield when the hub heard of each stop; its clock is ours."""
    with journal.open() as lines:
        next(lines)
        for told in map(json.loads, lines):
            if told["in"].get("message", {}).get("event") == "stopped":
                yield told["at"]
