"""The containers of a folder that run, for the doctor: what they let in, and whose files they have."""

import contextlib
import io
import json
import posixpath
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hatchway.doctor.facts import Running, Service
from hatchway.doctor.reading.walk import read, walk

_PATIENCE = 10.0
"""Seconds for Docker to answer."""
_MOST = 20
"""Files that are looked at in a container, those edited last."""
_LABEL = "com.docker.compose"


def containers(project: Path, services: Iterable[Service]) -> tuple[Running, ...]:
    """Return the containers of the folder's compose project that run; none without Docker."""
    docker = shutil.which("docker")
    if docker is None:
        return ()
    label = f"label={_LABEL}.project.working_dir={project.resolve()}"
    contexts = {one.name: one.context for one in services if one.context is not None}
    with contextlib.suppress(subprocess.SubprocessError, OSError, ValueError):
        names = _said([docker, "ps", "--quiet", "--filter", label]).decode().split()
        if names:
            told = json.loads(_said([docker, "inspect", *names]))
            return tuple(_running(docker, project, one, contexts) for one in told)
    return ()


def _said(argv: Sequence[str]) -> bytes:
    done = subprocess.run(argv, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603 - Docker's own
    return done.stdout


def _running(docker: str, project: Path, one: Mapping[str, Any], contexts: Mapping[str, str]) -> Running:
    ports = one["NetworkSettings"]["Ports"] or {}
    published = {
        (str(place["HostIp"]), int(port.partition("/")[0]))
        for port, places in ports.items()
        for place in places or ()
    }
    mounts = tuple(str(mount.get("Source", "")) for mount in one["Mounts"])
    context = contexts.get(str((one["Config"]["Labels"] or {}).get(f"{_LABEL}.service", "")))
    outdated = () if context is None else tuple(_outdated(docker, project, one, context))
    return Running(str(one["Name"]).lstrip("/"), tuple(sorted(published)), mounts, outdated)


def _outdated(docker: str, project: Path, one: Mapping[str, Any], context: str) -> Iterator[str]:
    """Yield the Python files, edited since the image was made, that are others in the container."""
    image = json.loads(_said([docker, "image", "inspect", str(one["Image"])]))[0]
    made = datetime.fromisoformat(str(image["Created"])).timestamp()
    folder = project / context
    at = str(one["Config"]["WorkingDir"]) or "/"
    mounted = [str(mount["Destination"]) for mount in one["Mounts"]]
    edited = []
    for path in walk(folder):
        with contextlib.suppress(OSError):
            if path.endswith(".py") and (when := (folder / path).stat().st_mtime) > made:
                edited.append((when, path))
    for _, path in sorted(edited, reverse=True)[:_MOST]:
        there = posixpath.join(at, path)
        if any(there.startswith(f"{place}/") for place in mounted):
            continue
        theirs = _content(docker, f"{one['Id']}:{there}")
        with contextlib.suppress(OSError):
            if theirs is not None and theirs != read(folder, path):
                yield posixpath.normpath(posixpath.join(context, path))


def _content(docker: str, place: str) -> bytes | None:
    """Return what a file of a container holds; None if there is none."""
    with contextlib.suppress(subprocess.CalledProcessError, tarfile.TarError):
        told = io.BytesIO(_said([docker, "cp", place, "-"]))
        with tarfile.open(fileobj=told) as archive:
            member = archive.next()
            file = archive.extractfile(member) if member else None
            return file.read() if file else None
    return None
