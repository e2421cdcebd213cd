"""`hatchway doctor --prove`, as the tests ask it."""

import subprocess
import sys
from pathlib import Path


def prove(folder: Path, *words: str) -> tuple[int, str]:
    """Return the exit code and all that is printed, with the seams of wrapped lines taken out."""
    argv = [sys.executable, "-m", "hatchway", "doctor", "--prove", *words]
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False, timeout=110)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def require_whole(folder: Path, *words: str) -> str:
    """Prove, and return what is printed once every link holds."""
    code, told = prove(folder, *words)
    assert code == 0, told
    assert " NO " not in told
    return told
