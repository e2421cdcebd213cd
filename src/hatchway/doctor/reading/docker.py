"""What Docker says of a project: `docker compose config` of its files, and how its images are configured."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hatchway.doctor.facts import ImageConfiguration

_PATIENCE = 10.0
"""Seconds for Docker to answer."""
_MOST_IMAGES = 100
_NAME = re.compile(r"[\w][\w./:@-]*")
_COMPLAINT = re.compile(r"validating (\S.*?): (?=services|networks|volumes|\(root\)|configs|secrets)(.*)")


@dataclass(frozen=True, slots=True)
class DockersView:
    """The compose files that `docker compose` takes in a folder, as Docker reads them."""

    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By name; none if Docker is not here or does not take the files, for whatever reason."""
    file: str = ""
    complaint: str = ""
    """The file, by its name, that is not what Compose's schema says, and how."""


@dataclass(frozen=True, slots=True)
class Docker:
    """How Docker is asked; as it is, it knows nothing."""

    view: Callable[[Path], DockersView] = lambda _: DockersView()
    """Of the compose files in a folder."""
    images: Callable[[Collection[str]], Mapping[str, ImageConfiguration]] = lambda _: {}
    """What those of the images say that are here."""


def read_with_docker(project: Path) -> DockersView:
    """Ask Docker. Never raises: without an answer nothing is known."""
    told, complaint = _asked(["compose", "--profile", "*", "config", "--format", "json"], project)
    if found := _COMPLAINT.search(complaint):
        return DockersView(file=Path(found[1]).name, complaint=found[2])
    return DockersView(told.get("services") or {} if isinstance(told, dict) else {})


def images_here(names: Collection[str]) -> dict[str, ImageConfiguration]:
    """Return what those of the images say that are here. Never raises: without an answer none is."""
    wanted = sorted(name for name in names if _NAME.fullmatch(name))[:_MOST_IMAGES]
    told, _ = _asked(["image", "inspect", *wanted], Path.cwd()) if wanted else ([], "")
    found: dict[str, ImageConfiguration] = {}
    for one in told or []:
        configuration = _configuration(one["Config"])
        tags = {tag for tag in one["RepoTags"] or () for tag in (tag, tag.removesuffix(":latest"))}
        found |= dict.fromkeys(tags.intersection(wanted), configuration)
    return found


def _configuration(told: Mapping[str, Any]) -> ImageConfiguration:
    pairs = (text.partition("=") for text in told.get("Env") or ())
    return ImageConfiguration(
        user=str(told.get("User") or ""),
        words=(*(told.get("Entrypoint") or ()), *(told.get("Cmd") or ())),
        environ={name: value for name, _, value in pairs},
        has_health_check=bool(told.get("Healthcheck")),
    )


def _asked(words: Sequence[str], folder: Path) -> tuple[Any, str]:
    """Return what Docker answers, and what it complains of."""
    docker = shutil.which("docker")
    if docker is None:
        return None, ""
    try:
        done = subprocess.run(  # noqa: S603 - Docker's own command
            [docker, *words], cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
        # Of some images that are not here it complains, and tells of the others.
        return json.loads(done.stdout or "null"), done.stderr if done.returncode else ""
    except (OSError, subprocess.SubprocessError, ValueError):
        return None, ""


DOCKER = Docker(read_with_docker, images_here)
"""The one on this machine."""
NOBODY = Docker()
