"""What runs of a project, for the doctor: processes out of reach, and what its containers let in."""

import contextlib
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from hatchway.doctor.facts import OutOfReach, Running
from hatchway.engines.rendezvous import known_directory
from hatchway.errors import HatchwayError
from hatchway.hub.lodging import find
from hatchway.terminal.client import DapClient

_PATIENCE = 10.0
"""Seconds for the hub, or for Docker, to answer."""


def out_of_reach(project: Path) -> tuple[OutOfReach, ...]:
    """Return the Python processes that the folder's hub does not get into; none where no hub runs."""
    lodger = find(known_directory(project.resolve()))
    if lodger is None:
        return ()
    try:
        with DapClient(lodger.port) as client:
            told = client.request("hatchwaySnapshot", timeout=_PATIENCE)["missing"]
    except (HatchwayError, OSError):
        return ()
    return tuple(OutOfReach(str(one["service"]), str(one["sentence"])) for one in told)


def containers(project: Path) -> tuple[Running, ...]:
    """Return the containers of the folder's compose project that run; none without Docker."""
    docker = shutil.which("docker")
    if docker is None:
        return ()
    label = f"label=com.docker.compose.project.working_dir={project.resolve()}"
    with contextlib.suppress(subprocess.SubprocessError, OSError, ValueError):
        names = _said([docker, "ps", "--quiet", "--filter", label]).split()
        if names:
            return tuple(_running(_said([docker, "inspect", *names])))
    return ()


def _said(argv: Sequence[str]) -> str:
    done = subprocess.run(  # noqa: S603 - Docker's own command
        argv, capture_output=True, text=True, timeout=_PATIENCE, check=True
    )
    return done.stdout


def _running(told: str) -> Iterator[Running]:
    for one in json.loads(told):
        ports = one["NetworkSettings"]["Ports"] or {}
        published = {
            (str(place["HostIp"]), int(port.partition("/")[0]))
            for port, places in ports.items()
            for place in places or ()
        }
        mounts = tuple(str(mount.get("Source", "")) for mount in one["Mounts"])
        yield Running(str(one["Name"]).lstrip("/"), tuple(sorted(published)), mounts)
