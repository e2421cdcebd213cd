"""One file per engine: what runs containers, and how a command gets into one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from pathlib import Path, PurePath

    from hatchway.model import Container, Trouble
    from hatchway.tunnel import Tunnel


@dataclass(frozen=True, slots=True)
class Match:
    """An engine's reasoned statement about a project. The highest score wins; a tie is an error."""

    score: int
    because: str


@dataclass(frozen=True, slots=True)
class Change:
    """A container came, or has `gone`."""

    container: Container
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Plight:
    """Something befell a container that may cost what is paused in it."""

    container: Container
    trouble: Trouble
    what: str
    """A clause fit for a person: `web-1 fails its health check`."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Names services of a project; none named means all of them."""

    project: Path
    services: tuple[str, ...] = ()

    def selects(self, service: str) -> bool:
        """Tell whether the service is meant."""
        return not self.services or service in self.services


@dataclass(frozen=True, slots=True)
class Place:
    """Where the agent is in a container."""

    payload: PurePath | None
    """The payload's directory there; None where it is the one on this host."""
    rendezvous: PurePath
    pythons: tuple[str, ...]
    """The interpreters that may run a relay, the likeliest first. Not all need to be there."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Where the files of a container are from, as far as the engine knows."""

    binds: tuple[tuple[str, str], ...] = ()
    """Folders and files of this host that are mounted: path here, path there."""
    built_from: tuple[str, ...] = ()
    """Folders of this host that its image was built from."""
    inside: tuple[str, ...] = ()
    """Folders of the container where its code is likely to be."""


@dataclass(frozen=True, slots=True)
class Freight:
    """The payload, as an engine needs it to bring it into containers."""

    name: str
    """Says what is in it: another content has another name."""
    pack: Callable[[], bytes]
    """Returns it as a tar."""
    inject: Callable[[Mapping[str, str]], Mapping[str, str]]
    """Returns the variables to set, given those that the processes would have without us."""
    compiler: str
    """A program for the containers' Pythons, which compiles the files named on its stdin."""
    sources: bytes
    """That stdin."""
    notes: Path
    """A directory of this host's for what was found out and done."""


class Engine(Protocol):
    """What Hatchway asks of whatever runs containers; each engine module exposes one as `ENGINE`."""

    name: str

    async def detect(self, project: Path) -> Match | None:
        """Say whether, and why, the project is run by this engine."""

    async def containers(self, selector: Selector) -> list[Container]:
        """Return the running containers of the selected services."""

    async def exec(self, container: Container, argv: Sequence[str]) -> Tunnel:
        """Run a command in the container; the tunnel is its stdin and stdout."""

    async def place(self, selector: Selector, container: Container) -> Place:
        """Say where the agent is in a container of the selected services."""

    async def origins(self, selector: Selector, container: Container) -> Origins:
        """Say where the files of a container are from; asked only of those with files of their own."""

    async def lively(self, selector: Selector) -> list[Container]:
        """Return those running containers in which a process of ours may live."""

    async def bare(self, selector: Selector) -> list[Container]:
        """Return those running containers in which there is nothing of ours."""

    async def out_of_reach(self, selector: Selector) -> list[str]:
        """Return those services that run Python, whether or not a survey knows of it."""

    async def ended(self, selector: Selector) -> Mapping[str, int]:
        """Return those services of which something has ended, with the worst exit code."""

    def watch(self, selector: Selector) -> AsyncIterator[Change | Plight]:
        """Tell first which containers are up, then each change, until closed; and what befalls them."""
