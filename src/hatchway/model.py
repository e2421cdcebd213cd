"""The values every layer speaks of: where a worker lives, what it is, how it fares."""

from dataclasses import dataclass
from enum import StrEnum

from hatchway_agent.servers import Role

__all__ = ["Container", "Missing", "ProcessState", "Role", "Trouble", "Worker", "WorkerKey"]


class ProcessState(StrEnum):
    """How far a process is from being debugged, in the words `ps` prints."""

    DORMANT = "dormant"
    WAITING = "waiting"
    """Dormant, and a thread of it is at `breakpoint()`."""
    ARMED = "armed"
    ATTACHED = "attached"
    STOPPED = "stopped"


class Trouble(StrEnum):
    """What befalls a container that a paused process of it may not survive."""

    FAILING = "failing"
    """A probe of its health check failed."""
    UNHEALTHY = "unhealthy"
    """So many did that its engine counts it as unhealthy."""
    ENDING = "ending"
    """It was sent a signal to end."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True, order=True)
class WorkerKey:
    """Names one life of one process: pids come back, births do not."""

    container: str
    pid: int
    birth: str
    """The random part of the beacon's name, made anew at each exec and each fork."""


@dataclass(frozen=True, slots=True)
class Container:
    """Where a replica's processes live and where `exec` lands."""

    id: str
    name: str
    service: str
    is_foreign: bool = False
    """Its files are its own, not this host's."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A Python process that should have a beacon and has none."""

    pid: int
    argv: tuple[str, ...]
    cause: str
    """A word of the agent's `survey/reasons.py`."""
    detail: str
    """What exactly: the flag, the file, the option, the version."""
    sentence: str
    """Which process of which service, why, and the way out."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One debuggable process, as the survey and its own dial line describe it."""

    key: WorkerKey
    service: str
    role: Role
    title: str
    """What people call it: `gunicorn worker 3`, `python`; never empty."""
    server: str = ""
    server_version: str = ""
    python: str = ""
    """`major.minor.micro` of the interpreter."""
    newborn: bool = False
    """It dialled at its birth and is held until it is armed; else it was rung and runs on meanwhile."""
    is_foreign: bool = False
    """It runs in a container with files of its own."""

    @property
    def label(self) -> str:
        """The short name put before threads and output: `web/23`."""
        return f"{self.service}/{self.key.pid}"
