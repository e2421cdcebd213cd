"""The labels by which a container is known: Compose's, and our own."""

from __future__ import annotations

from typing import Final

PROJECT: Final = "com.docker.compose.project"
SERVICE: Final = "com.docker.compose.service"
NUMBER: Final = "com.docker.compose.container-number"
FOLDER: Final = "com.docker.compose.project.working_dir"
FILES: Final = "com.docker.compose.project.config_files"

DELIVERED: Final = "hatchway.payload"
"""Of a container with the payload in it; its value is the volume's name."""
OUR_FOLDER: Final = "hatchway.folder"
"""Says in which folder of its host `hatchway run` was called."""
OUR_SERVICE: Final = "hatchway.service"
RUN: Final = "hatchway.run"
"""Tells one call of `hatchway run` from all others."""
OWNER: Final = "hatchway.owner"
"""Of a container that is nothing without a process of ours; says which, and on which host."""


def shown(label: str) -> str:
    """Return what makes `docker ps --format` print a label's value."""
    return f'{{{{.Label "{label}"}}}}'
