"""What people do today: `debugpy.listen()` in every worker, each with a port and an adapter of its own."""

import re
import subprocess
import sys
import time
from pathlib import Path

from service import ROOT, Service

LISTEN = """
import os

def post_fork(server, worker):
    import debugpy
    host, port = debugpy.listen(("127.0.0.1", 0))
    path = os.path.join(os.environ["XDG_RUNTIME_DIR"], f"{os.getpid()}.port")
    with open(path + ".new", "w") as file:
        file.write(str(port))
    os.rename(path + ".new", path)
"""
PATIENCE = 60.0


def installed_for(python: Path) -> Path:
    """Install the pinned debugpy for this interpreter into a folder of its own, once."""
    lock = (ROOT / "requirements" / "runtime.txt").read_text()
    found = re.search(r"^debugpy==(\S+).*?(?=^\S)", lock, re.MULTILINE | re.DOTALL)
    if found is None:
        message = "requirements/runtime.txt does not lock debugpy"
        raise RuntimeError(message)
    version = python.parent.parent.parent.name
    folder = ROOT / ".cache" / "bench" / version / found[1]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        wanted = folder.parent / "debugpy.txt"
        wanted.write_text(found[0])
        uv = Path(sys.executable).with_name("uv")
        arguments = ["pip", "install", "--quiet", "--require-hashes", "--no-deps", "--python", str(python)]
        subprocess.run([uv, *arguments, "--target", str(folder), "-r", str(wanted)], check=True)
        # Else each process of the measurement compiles it anew.
        mode = ["--invalidation-mode", "unchecked-hash"]
        subprocess.run([python, "-m", "compileall", "-q", *mode, folder], check=False)
    return folder


def adapter_ports(running: Service, workers: int) -> list[int]:
    """Wait until each worker has said its port."""
    folder = Path(running.environment["XDG_RUNTIME_DIR"])
    deadline = time.monotonic() + PATIENCE
    while len(said := list(folder.glob("*.port"))) < workers:
        if time.monotonic() > deadline:
            message = "debugpy did not listen"
            raise TimeoutError(message)
        time.sleep(0.01)
    return [int(path.read_text()) for path in said]
