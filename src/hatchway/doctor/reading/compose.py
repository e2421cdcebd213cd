"""What `docker compose config` makes of a folder's compose files: every variable put in, or a complaint."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PATIENCE = 10.0
"""Seconds for Docker to answer."""
_COMPLAINT = re.compile(r"validating (\S.*?): (?=services|networks|volumes|\(root\)|configs|secrets)(.*)")


@dataclass(frozen=True, slots=True)
class DockersView:
    """The compose files that `docker compose` takes in a folder, as Docker reads them."""

    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By name; none if Docker is not here or does not take the files, for whatever reason."""
    file: str = ""
    complaint: str = ""
    """The file, by its name, that is not what Compose's schema says, and how."""


def read_with_docker(project: Path) -> DockersView:
    """Ask Docker. Never raises: without an answer nothing is known."""
    docker = shutil.which("docker")
    if docker is None:
        return DockersView()
    argv = [docker, "compose", "--profile", "*", "config", "--format", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - Docker's own command
            argv, cwd=project, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        told = json.loads(done.stdout) if done.returncode == 0 else {}
    except (OSError, subprocess.SubprocessError, ValueError):
        return DockersView()
    found = _COMPLAINT.search(done.stderr) if done.returncode else None
    if found:
        return DockersView(file=Path(found[1]).name, complaint=found[2])
    return DockersView(told.get("services") or {})
