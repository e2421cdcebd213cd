"""What must be added to a compose project so that its Python services can be debugged: a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hatchway.engines._docker.arming import RENDEZVOUS_MODE, RENDEZVOUS_SIZE, why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hatchway.engines._docker.arming import Mounts
    from hatchway.engines._docker.images import ImageFacts

_PATIENT = 1_000_000
"""Failed health checks before a container counts as unhealthy: nobody looks after one that is paused."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which services will be debuggable, and the compose file that makes them so."""

    services: tuple[str, ...]
    override: Mapping[str, Any]
    left_alone: Mapping[str, str]
    """The other services, each with the reason."""
    out_of_reach: tuple[str, ...] = ()
    """Those of them that were meant and run Python: their reason is news."""


def plan_of(
    config: Mapping[str, Any],
    facts: Mapping[str, ImageFacts],
    wanted: Sequence[str],
    mounts: Mounts,
    inject: Callable[[Mapping[str, str]], Mapping[str, str]],
) -> Plan:
    """Plan for the wanted services of a project, or for all.

    `config` is what `docker compose config` says, `facts` are those of the images, by their names. `inject`
    returns the variables to set, given those that the processes would have.
    """
    chosen: dict[str, Any] = {}
    left: dict[str, str] = {}
    out_of_reach: list[str] = []
    for name, service in config.get("services", {}).items():
        image = facts.get(image_of(config, name))
        if reason := _why_not(name, image, wanted):
            left[name] = reason
            if image is not None and image.python and name in (wanted or [name]):
                out_of_reach.append(name)
        elif image is not None:
            chosen[name] = _armed(service, image, mounts, inject)
    override = {
        "services": chosen,
        "volumes": {_VOLUME: {"external": True, "name": mounts.volume}},
    }
    return Plan(tuple(chosen), override if chosen else {}, left, tuple(out_of_reach))


def image_of(config: Mapping[str, Any], service: str) -> str:
    """Return the name of a service's image, given or as Compose would make it up."""
    given = config["services"][service].get("image")
    return str(given or f"{config['name']}-{service}")


_VOLUME = "hatchway-payload"
_TMPFS = {"mode": RENDEZVOUS_MODE, "size": RENDEZVOUS_SIZE}


def _why_not(name: str, image: ImageFacts | None, wanted: Sequence[str]) -> str:
    if wanted and name not in wanted:
        return "not asked for"
    return "its image is not there" if image is None else why_not(image)


def _armed(
    service: Mapping[str, Any],
    image: ImageFacts,
    mounts: Mounts,
    inject: Callable[[Mapping[str, str]], Mapping[str, str]],
) -> dict[str, Any]:
    """Return what is added to one service. Compose merges it: per variable, per mount, per setting."""
    own = {
        name: str(value) for name, value in (service.get("environment") or {}).items() if value is not None
    }
    # What comes from `config` is escaped already; what the image says is not.
    escaped = {name: value.replace("$", "$$") for name, value in image.environ.items()}
    added: dict[str, Any] = {
        "environment": dict(inject({**escaped, **own})),
        "labels": {mounts.label: mounts.volume},
        "volumes": [
            {"type": "volume", "source": _VOLUME, "target": mounts.payload, "read_only": True},
            {"type": "tmpfs", "target": mounts.rendezvous, "tmpfs": _TMPFS},
        ],
    }
    check = service.get("healthcheck")
    if _is_checked(check, image):
        added["healthcheck"] = {"retries": _PATIENT}
    return added


def _is_checked(check: Mapping[str, Any] | None, image: ImageFacts) -> bool:
    if check is None:
        return image.has_health_check
    if check.get("disable"):
        return False
    return image.has_health_check if check.get("test") is None else check["test"][:1] != ["NONE"]
