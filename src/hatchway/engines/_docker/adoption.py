"""Takes in the Pythons of a container without a restart: payload by exec, `sys.remote_exec` (3.14)."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from hatchway.engines._docker import calls
from hatchway.errors import HatchwayError

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = PurePosixPath("/dev/shm/hatchway")  # noqa: S108 - writable for all in every container, also read-only ones
"""Where the payload lies in an adopted container; it is gone when that is restarted."""
RENDEZVOUS = HOME / "run"

_UNPACK = "import sys, tarfile; tarfile.open(fileobj=sys.stdin.buffer, mode='r|').extractall(sys.argv[1])"
_ADOPT = """
import json, os, signal, sys, time
home, run = sys.argv[1:]
os.chmod(run, 0o1777)
script = home + "/adopt.py"
with open(script, "w") as file:
    # Left on sys.path: the debugger is imported from there at the first ring.
    file.write(f'''
import os, sys
os.environ["HATCHWAY_RUN"] = {run!r}
sys.path.append({home!r})
def line(pid):
    try:
        with open(f"/proc/{{pid}}/cmdline", "rb") as file:
            return file.read()
    except OSError:
        return b""  # the parent of a container's first process is not in it
ours = line(os.getpid())
from hatchway_agent import boot
boot.boot({home!r}, forked=ours.startswith(b"gunicorn: worker") or ours == line(os.getppid()))
''')
asked, asleep = [], []
for pid in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):
    try:
        program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
        if pid != os.getpid() and program.startswith("python3.14"):
            sys.remote_exec(pid, script)
            asked.append(pid)
    except (OSError, RuntimeError):
        pass
def is_in(pid):
    return any(name.startswith(f"{pid}.") and name.endswith(".beacon") for name in os.listdir(run))
deadline = time.monotonic() + 2
while time.monotonic() < deadline and not all(map(is_in, asked)):
    time.sleep(0.05)
for pid in asked:
    if not is_in(pid):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                # gunicorn takes this signal and does nothing; elsewhere it is ignored by default.
                if b"gunicorn" in file.read():
                    os.kill(pid, signal.SIGWINCH)
        except OSError:
            pass
deadline = time.monotonic() + 1
while time.monotonic() < deadline and not all(map(is_in, asked)):
    time.sleep(0.05)
print(json.dumps([[pid for pid in asked if is_in(pid)], [pid for pid in asked if not is_in(pid)]]))
"""


async def adopt(container: str, python: str, pack: Callable[[], bytes]) -> tuple[list[int], list[int]]:
    """Bring the payload into a container and have its processes boot it.

    Returns the processes that did, and those that are asleep: they will when they next run Python.
    """
    there = ("exec", "-i", container, python, "-I", "-S", "-c")
    await calls.call(*there, _UNPACK, str(HOME), stdin=pack())
    said = await calls.attempt(*there, _ADOPT, str(HOME), str(RENDEZVOUS))
    if said.code:
        msg = f"the processes of {container[:12]} could not be asked: {said.err.splitlines()[-1:]}"
        raise HatchwayError(
            msg, "PYTHON_DISABLE_REMOTE_DEBUG in the container forbids it; `hatchway up` works."
        )
    taken, asleep = json.loads(said.out)
    return taken, asleep
