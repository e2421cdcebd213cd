"""Lists the Python processes of a rendezvous directory: who lives, whose child it is, who claims it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hatchway_agent import servers as servers_package
from hatchway_agent.plugins import discover
from hatchway_agent.servers import Claim, Role, TiedClaimsError, claim_of
from hatchway_agent.survey import life
from hatchway_agent.survey.traces import read_traces, remove
from hatchway_agent.survey.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hatchway_agent.servers import Process, Server
    from hatchway_agent.survey.traces import Trace

_GRACE = 5.0
"""Seconds a doorbell may be silent before the beacon beside it counts as left behind.

It is so for a moment at birth, between beacon and doorbell, and may be while a debugger loads.
"""

_MOST_ANCESTORS = 32


@dataclass(frozen=True)
class Sighting:
    """One process, and what is thought of it."""

    trace: Trace
    server: str
    claim: Claim
    server_version: str = ""

    @property
    def title(self) -> str:
        """What people call it, as long as it has not said so itself."""
        if self.server != "python":
            return f"{self.server} {self.claim.role}"
        program = [word for word in self.process.words if word != "-m"][:1]
        return program[0].rsplit("/", 1)[-1] if program and program != ["-c"] else "python"

    @property
    def process(self) -> Process:
        """Its raw facts as servers see them, without the parent."""
        return self.trace.as_process(None)

    def as_json(self, *, is_attached: bool, title: str = "", server_version: str = "") -> dict[str, Any]:
        """Return it as an entry of a SURVEY frame."""
        return {
            **self.trace.as_json(),
            "server": self.server,
            "role": str(self.claim.role),
            "score": self.claim.score,
            "because": self.claim.because,
            "title": title or self.title,
            "server_version": server_version or self.server_version,
            "state": "attached" if is_attached else "waiting" if self.trace.waits else "dormant",
        }


class Survey:
    """Looks at a rendezvous directory again and again, and removes what the dead have left in it."""

    def __init__(self, directory: str, servers: Mapping[str, Server] | None = None) -> None:
        """Look at `directory`, with the servers there are unless given."""
        self.directory = directory
        self._servers = discover(servers_package, "SERVER") if servers is None else servers
        self._asked = frozenset(name for server in self._servers.values() for name in server.environ)
        self._versions = Versions()
        self._traces: dict[int, Trace] = {}
        self._environs: dict[str, dict[str, str]] = {}
        self._heard: dict[str, bytes] = {}
        self._silent_since: dict[str, float] = {}

    @property
    def is_unsettled(self) -> bool:
        """Tell whether a process is so young, or so silent, that another look is due soon."""
        return bool(self._silent_since)

    def take(self, attached: Iterable[Trace] = ()) -> list[Sighting]:
        """Return the living processes in order of pid. Those `attached` live, whatever the directory says."""
        known = {trace.birth: trace for trace in attached}
        living: dict[int, Trace] = {trace.pid: trace for trace in known.values()}
        births = set(known)
        for trace in read_traces(self.directory):
            if trace.birth in known:
                continue
            if not life.is_alive(trace.pid, trace.start):
                remove(self.directory, trace)
                continue
            births.add(trace.birth)
            rival = living.get(trace.pid)
            # A process that executes another program keeps pid and start: its last beacon is the true one.
            is_newest = rival is None or (rival.birth not in known and rival.written < trace.written)
            if self._is_heard(trace) and is_newest:
                living[trace.pid] = trace
        self._heard = {birth: line for birth, line in self._heard.items() if birth in births}
        self._silent_since = {birth: at for birth, at in self._silent_since.items() if birth in births}
        self._environs = {birth: known for birth, known in self._environs.items() if birth in births}
        self._traces = living
        return [self.identify(trace) for _, trace in sorted(living.items())]

    def identify(self, trace: Trace) -> Sighting:
        """Say what a process is, by the parents that the last look found."""
        children = tuple(
            child.as_process(None, environ=self._environ(child))
            for child in self._traces.values()
            if child.ppid == trace.pid and child.pid != trace.pid
        )
        process = self._process(trace, _MOST_ANCESTORS, children)
        try:
            found = claim_of(process, self._servers)
        except TiedClaimsError as error:
            found = ("python", Claim(Role.WORKER, 0, str(error)))
        server, claim = found or ("python", Claim(Role.WORKER, 0, "nobody claims it"))
        about = self._servers.get(server)
        version = self._versions.of(about.distribution if about else "", trace.executable, trace.python)
        return Sighting(trace, server, claim, version)

    def knows(self, birth: str) -> bool:
        """Tell whether the last look found this process."""
        return any(trace.birth == birth for trace in self._traces.values())

    def _process(self, trace: Trace, ancestors: int, children: tuple[Process, ...] = ()) -> Process:
        parent = self._traces.get(trace.ppid)
        # A parent is not younger than its child; what is, has only got a dead parent's pid.
        if parent is None or parent.pid == trace.pid or 0 < trace.start < parent.start or not ancestors:
            return trace.as_process(None, children, self._environ(trace))
        above = self._process(parent, ancestors - 1)
        return trace.as_process(above, children, self._environ(trace))

    def _environ(self, trace: Trace) -> dict[str, str]:
        if trace.birth not in self._environs:
            self._environs[trace.birth] = life.environ(trace.pid, self._asked) or {}
        return self._environs[trace.birth]

    def _is_heard(self, trace: Trace) -> bool:
        """Tell whether somebody listens at the doorbell; only asked when there is a reason to doubt it."""
        line = life.command_line(trace.pid)
        if self._heard.get(trace.birth) == line:
            return True
        if life.is_listening(f"{self.directory}/{trace.name}.sock"):
            self._heard[trace.birth] = line
            self._silent_since.pop(trace.birth, None)
            return True
        self._heard.pop(trace.birth, None)
        now = time.monotonic()
        if now - self._silent_since.setdefault(trace.birth, now) > _GRACE:
            remove(self.directory, trace)
        return False


def survey(directory: str) -> list[dict[str, Any]]:
    """Return the processes of a rendezvous directory as they are now, in the form of a SURVEY frame."""
    return [sighting.as_json(is_attached=False) for sighting in Survey(directory).take()]
