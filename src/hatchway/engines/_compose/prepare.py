"""The steps before `docker compose up`: images there, plan made, volume filled, override file written."""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hatchway.engines._compose.plan import image_of, plan_of
from hatchway.engines._docker import calls
from hatchway.engines._docker.images import facts_of
from hatchway.engines._docker.volume import volume_for
from hatchway.errors import HatchwayError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from hatchway.engines import Freight
    from hatchway.engines._compose.files import ComposeFiles
    from hatchway.engines._compose.plan import Plan
    from hatchway.engines._docker.arming import Mounts
    from hatchway.engines._docker.images import ImageFacts


@dataclass(frozen=True, slots=True)
class Prepared:
    """A project that is ready for `up`."""

    project: str
    plan: Plan
    override: Path
    words: tuple[str, ...]
    """The words of the `docker compose` that makes its services debuggable."""


@dataclass(frozen=True, slots=True)
class Request:
    """What `up` was asked for."""

    services: tuple[str, ...]
    """Those named; none named means all."""
    already: tuple[str, ...]
    """Those that run with a payload and shall keep it."""
    build: bool


async def prepare(
    config: Mapping[str, Any], files: ComposeFiles, request: Request, mounts: Mounts, freight: Freight
) -> Prepared:
    """Do all that `up` needs. Raises `HatchwayError` if nothing asked for can be debugged."""
    facts = await _images(config, files, request, freight.notes)
    wanted = (*request.services, *request.already) if request.services else ()
    plan = plan_of(config, facts, wanted, mounts, freight.inject)
    _require_services(plan, request.services)
    first = facts[image_of(config, plan.services[0])]
    await volume_for(mounts, freight).fill(first.id, freight.pack)
    override = await asyncio.to_thread(_write, files.folder, str(config["name"]), plan, freight.notes)
    return Prepared(str(config["name"]), plan, override, tuple(files.words(override)))


async def compile_payload(
    config: Mapping[str, Any], services: Sequence[str], mounts: Mounts, freight: Freight
) -> None:
    """Compile the payload for each Python of the services, one after the other, beside the app."""
    facts = await facts_of((image_of(config, name) for name in services), freight.notes)
    await volume_for(mounts, freight).compile(facts.values(), freight)


async def _images(
    config: Mapping[str, Any], files: ComposeFiles, request: Request, notes: Path
) -> dict[str, ImageFacts]:
    """Return the facts of all images, after those that are missing were built or pulled."""
    services = _needed(config, request.services)
    buildable = [name for name in services if "build" in config["services"][name]]
    if request.build and buildable:
        await _make(files, "build", buildable)
    facts = await facts_of((image_of(config, name) for name in services), notes)
    missing = [name for name in services if image_of(config, name) not in facts]
    if not missing:
        return facts
    for step, names in (
        ("build", [name for name in missing if name in buildable]),
        ("pull", [name for name in missing if name not in buildable]),
    ):
        if names:
            await _make(files, step, names)
    return await facts_of((image_of(config, name) for name in services), notes)


async def _make(files: ComposeFiles, step: str, services: Sequence[str]) -> None:
    """Build or pull, with Compose's own output shown."""
    if code := await calls.show(*files.words(), step, *services, folder=files.folder):
        done = {"build": "built", "pull": "pulled"}[step]
        msg = f"{', '.join(services)} could not be {done} (exit code {code})"
        raise HatchwayError(msg, f"The lines above say why; `docker compose {step}` says the same.")


def _needed(config: Mapping[str, Any], wanted: Sequence[str]) -> list[str]:
    """Return the services named and all they depend on; all services if none is named."""
    services = config.get("services", {})
    needed: dict[str, None] = {}
    asked = list(wanted or services)
    while asked:
        name = asked.pop(0)
        if name not in services:
            msg = f"the compose project has no service `{name}`"
            raise HatchwayError(msg, f"It has: {', '.join(sorted(services))}.")
        if name not in needed:
            needed[name] = None
            asked += list(services[name].get("depends_on") or ())
    return list(needed)


def _require_services(plan: Plan, named: Iterable[str]) -> None:
    refused = {name: plan.left_alone[name] for name in named if name in plan.left_alone}
    if refused:
        name, reason = next(iter(refused.items()))
        msg = f"`{name}` cannot be debugged: {reason}"
        raise HatchwayError(msg, "Name services that run Python 3.10 or newer, or none for all of them.")
    if not plan.services:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in plan.left_alone.items())
        msg = "no service of this project can be debugged"
        raise HatchwayError(msg, reasons or "The project has no services in these profiles.")


def override_name(folder: Path, project: str) -> str:
    """Return the name of the file that makes a project debuggable which is started from this folder."""
    return f"compose-{project}-{hashlib.sha256(str(folder).encode()).hexdigest()[:8]}.json"


def _write(folder: Path, project: str, plan: Plan, notes: Path) -> Path:
    """Write the override outside the project: one file for each project and folder, rewritten each time."""
    path = notes / override_name(folder, project)
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(plan.override, indent=1), "utf-8")
    fresh.replace(path)
    return path
