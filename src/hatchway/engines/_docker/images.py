"""What an image says about itself: its variables, its health check, and whether there is a Python in it."""

from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hatchway.engines._docker import calls
from hatchway.engines._docker.idle import idle_container
from hatchway.engines._docker.interpreters import ON_PATH, VENVS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_OFFICIAL = "PYTHON_VERSION"
"""The variable by which Docker's own Python images, and all built on them, say what they hold."""
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MOST_NOTES = 500
_NOTED = "images.json"
_VERSION = re.compile(r"(?:^|python)(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of an image."""

    id: str
    environ: Mapping[str, str]
    has_health_check: bool
    python: str
    """The interpreter's path or name in the image; empty if there is none."""
    version: tuple[int, int] | None
    """Major and minor, where they could be told without running it."""
    command: tuple[str, ...] = ()
    """What it runs, an entrypoint left aside."""


async def facts_of(images: Iterable[str], notes: Path) -> dict[str, ImageFacts]:
    """Return what is known of the images that there are; the others are left out.

    What had to be looked for in an image is noted in the directory `notes`: it cannot change.
    """
    names = sorted(set(images))
    if not names:
        return {}
    # One call each: with several, docker does not say whose answer is missing.
    answers = await asyncio.gather(*(calls.inspect("image", name) for name in names))
    there = {name: answer[0] for name, answer in zip(names, answers, strict=True) if answer}
    known = _read(notes / _NOTED)
    noted = dict(known)
    facts = await asyncio.gather(*(_facts(name, told, noted) for name, told in there.items()))
    if noted != known:
        _write(notes / _NOTED, noted)
    return dict(zip(there, facts, strict=True))


async def _facts(image: str, told: Mapping[str, Any], noted: dict[str, str]) -> ImageFacts:
    config = told.get("Config") or {}
    environ = dict(variable.partition("=")[::2] for variable in config.get("Env") or ())
    check = (config.get("Healthcheck") or {}).get("Test") or ["NONE"]
    identity = str(told["Id"])
    if official := environ.get(_OFFICIAL):
        python, version = "python3", _version(official)
    else:
        if identity not in noted:
            noted[identity] = " ".join(await _look(image, environ))
        python, _, real = noted[identity].partition(" ")
        version = _version(real.rpartition("/")[2])
    command = tuple(config.get("Cmd") or config.get("Entrypoint") or ())
    return ImageFacts(identity, environ, check[0] != "NONE", python, version, command)


async def _look(image: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """Look into the image for an interpreter, running nothing; return its path, and where that leads."""
    async with idle_container(image) as idle:
        for path in _places(environ):
            if (real := await idle.follow(path)) is not None:
                return path, real
    return "", ""


def _read(notes: Path) -> dict[str, str]:
    try:
        noted = json.loads(notes.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _write(notes: Path, noted: Mapping[str, str]) -> None:
    latest = dict(list(noted.items())[-_MOST_NOTES:])
    fresh = notes.with_name(f"{notes.name}.{os.getpid()}")  # renamed: a reader sees a whole file or none
    fresh.write_text(json.dumps(latest), "utf-8")
    fresh.replace(notes)


def _places(environ: Mapping[str, str]) -> Iterator[str]:
    folders = environ.get("PATH", _SYSTEM_PATH).split(":")
    venvs = [environ["VIRTUAL_ENV"]] if "VIRTUAL_ENV" in environ else []
    folders += [f"{venv}/bin" for venv in (*venvs, *VENVS)]
    for folder in dict.fromkeys(folders):
        if folder.startswith("/"):
            yield from (f"{folder}/{name}" for name in ON_PATH[:1])


def _version(text: str) -> tuple[int, int] | None:
    found = _VERSION.search(text)
    return (int(found[1]), int(found[2])) if found else None
