"""What an interpreter's start costs: CPU time of `python -c pass`, with the agent and with debugpy."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from debugpy_beside import installed_for
from rows import Row, Table, row
from settings import Settings

from hatchway.delivery import build_payload, compile_for, injection

TABLE = Table("CPU time added to an interpreter's start", "ms")
LISTEN = "import debugpy; debugpy.listen(('127.0.0.1', 0))"


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Start with and without in turn; each pair gives one difference."""
    payload = build_payload()
    compile_for(payload, [python])
    with tempfile.TemporaryDirectory(prefix="bench-") as run:
        agent = injection(payload, Path(run), {})
        debugpy = {"PYTHONPATH": str(installed_for(python))}
        for what, script, environment in (
            ("nothing (the noise)", "pass", {}),
            ("agent, dormant", "pass", agent),
            ("debugpy.listen(), without its adapter process", LISTEN, debugpy),
        ):
            _start(python, script, environment)  # what is compiled at the first start is kept
            pairs = [
                (_start(python, "pass", {}), _start(python, script, environment))
                for _ in range(settings.starts)
            ]
            plain = sorted(first for first, _ in pairs)[len(pairs) // 2]
            yield row(TABLE, version, what, [b - a for a, b in pairs], beside=f"on top of {plain:.1f} ms")


def _start(python: Path, script: str, environment: Mapping[str, str]) -> float:
    """Give the milliseconds of CPU, user and system, that one interpreter took."""
    command = [str(python), "-c", script]
    process = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return (usage.ru_utime + usage.ru_stime) * 1e3
