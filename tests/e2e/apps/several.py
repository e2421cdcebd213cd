"""Starts itself in ways that are beyond reach, and one that is not; ends them when it is ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

if sys.argv[1:]:
    while True:
        signal.pause()

PATH = os.environ["PYTHONPATH"]
FRONT = Path("front")
FRONT.mkdir(exist_ok=True)
(FRONT / "sitecustomize.py").write_text("open('front-ran', 'w').close()\n")
CHANGES: dict[str, dict[str, str]] = {
    "hidden": {"PYTHONPATH": f"{FRONT.resolve()}:{PATH}"},
    "behind": {"PYTHONPATH": f"{PATH}:{FRONT.resolve()}"},
    "replaced": {"PYTHONPATH": "elsewhere"},
}


def start(name: str, *flags: str, environ: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *flags, sys.argv[0], name], env=os.environ if environ is None else environ
    )


children = [
    start("isolated", "-I"),
    start("no-environment", "-E"),
    start("no-site", "-S"),
    start("cleared", environ={}),
    *(start(name, environ={**os.environ, **change}) for name, change in CHANGES.items()),
]
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
signal.sigwait({signal.SIGTERM, signal.SIGINT})
for child in children:
    child.kill()
    child.wait()
