"""The Docker engine of the tests: the one that answers, else one that `ensure-docker` brings up."""

import functools
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ENSURE = Path(__file__).parents[2].parent / "shared" / "docker" / "ensure-docker"
"""Where the machines that build this project have it: beside the checkout."""
IMAGES = (
    *(f"python:3.{minor}-slim" for minor in (9, 10, 11, 12, 13, 14)),
    "redis:7",
    "postgres:16",
    "busybox",
    "debian:trixie-slim",
    "debian:bookworm-slim",
)


@functools.cache
def why_none() -> str:
    """Say why there is no engine with the images the tests need; empty if there is one."""
    # Who names an engine means that one; a second one in the same network namespace would break the first.
    if os.access(ENSURE, os.X_OK) and os.getuid() == 0 and "DOCKER_HOST" not in os.environ:
        done = subprocess.run([ENSURE, *IMAGES], capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else f"{ENSURE.name} failed: {done.stderr.strip()[-500:]}"
    if shutil.which("docker") is None:
        return "there is no docker here"
    for words in (["version"], ["compose", "version"]):
        done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            return f"`docker {words[0]}` failed: {done.stderr.strip()[-200:]}"
    return ""


def require_engine() -> None:
    """Skip the test where there is no engine."""
    if why := why_none():
        pytest.skip(f"needs Docker: {why}")


def report() -> str:
    """Say whether the tests that need Docker will run."""
    why = why_none()
    return f"  SKIPPED, all tests that need Docker: {why}" if why else "  Docker answers: its tests run"


if __name__ == "__main__":
    print(report())  # noqa: T201 - scripts/test shows it
