"""A project started under a name of its own, to be tried; on leaving, nothing of it is left."""

import contextlib
import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from hatchway.cli._addresses import status
from hatchway.cli._init_traces import COMPOSE, HATCHWAY, Traces, databases_in
from hatchway.cli._signals import ending_by_signal, undisturbed
from hatchway.errors import HatchwayError
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.naming import fit
from hatchway.scaffold.recipes._variables import DEVELOPER_VARIABLE, keeps_files
from hatchway.scaffold.recipes.compose import collected_folders, port_variable

PATIENCE = 120.0
"""Seconds for a service to become healthy, for a request to be answered or to stop."""
_LOOKS_EVERY = 0.5
_SAID = 120
"""Lines of a service's log: of a server, each worker and the server itself may end with a traceback."""


class Trial:
    """The project under its other name."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        """Name it; nothing is started yet."""
        self.folder = folder
        self.started = ""
        # A port that is free: the usual one may be in use by the project itself.
        ports = {port_variable(one): "0" for _, one in facts.applications() if one.port}
        name = f"hatchway-check-{fit(folder.name)}-{secrets.token_hex(3)}"
        environ = {**ports, DEVELOPER_VARIABLE: str(folder.stat().st_uid), "COMPOSE_PROJECT_NAME": name}
        keeps = any(keeps_files(part) and not part.dockerfile for part in facts.parts)
        mounted = (folder / one for part in facts.parts for one in collected_folders(part))
        made = tuple(str(one) for one in mounted if not one.exists())
        self._traces = Traces(str(folder), environ, databases_in(folder) if keeps else None, made)
        self._cleaning = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Return the trial itself."""
        self._cleaning.enter_context(ending_by_signal())
        self._cleaning.enter_context(self._traces.noted())
        self._cleaning.callback(self._remove)
        return self

    def __exit__(self, *_: object) -> None:
        """End and remove all of it."""
        self._cleaning.close()

    def _remove(self) -> None:
        with undisturbed():
            self._traces.remove()

    @property
    def is_first(self) -> bool:
        """Tell whether the project keeps its database in a file, and has none yet."""
        return self._traces.databases == ()

    def run(self, *argv: str) -> str:
        """Return what a command prints. Raises `HatchwayError` with its last lines if it fails."""
        return self._traces.call(*argv)

    def services(self) -> set[str]:
        """Return the services of the compose files, whatever their profiles."""
        return set(self.run(*COMPOSE, "--profile", "*", "config", "--services").split())

    def require(self, service: str) -> None:
        """Raise `HatchwayError` if the compose files have no such service."""
        if service not in (known := self.services()):
            msg = f"the compose files have no service `{service}`, but {', '.join(sorted(known))}"
            hint = "`hatchway init --explain` says what the application was named after"
            raise HatchwayError(msg, hint)

    def build(self) -> None:
        """Build the images."""
        self.run(*COMPOSE, "build")

    def migrate(self, service: str, workdir: str, command: Sequence[str]) -> None:
        """Bring the database of a fresh clone into form, in a container of its own."""
        self.run(*COMPOSE, "run", "--rm", f"--workdir={workdir}", service, *command)

    def up(self) -> int:
        """Start the project and return the port of its hub."""
        try:
            told = self.run(*HATCHWAY, "up", "--detach")
        except HatchwayError as error:
            said = "".join(
                f"{one['Config']['Labels']['com.docker.compose.service']} said:\n{self._last_lines(one)}"
                for one in self._containers()
                if _has_failed(one)
            )
            raise HatchwayError(said or error.message, error.hint) from None
        ready = next(line for line in told.splitlines() if line.startswith("hatchway: ready on "))
        self.started = ", ".join(self.run(*COMPOSE, "ps", "--services").split())
        return int(ready.split(":")[2].split()[0])

    def test(self, service: str) -> int:
        """Run the tests of a service and return how many there are. Raises `HatchwayError` if one fails."""
        with tempfile.TemporaryDirectory(prefix="hw-") as reports:
            words = ("test", service, "--build", "--reports", reports, "--json")
            return int(json.loads(self.run(*HATCHWAY, *words))["tests"])

    def is_healthy(self, service: str) -> bool:
        """Wait until a service's health check says yes; tell whether it has one."""
        for _ in tries():
            containers = self._containers(service)
            ended = [one for one in containers if _has_ended(one) or one["RestartCount"]]
            if ended:
                raise HatchwayError(self._last_lines(ended[0]))
            states = [one["State"] for one in containers]
            if states and not any("Health" in state for state in states):
                return False
            if states and all(state["Health"]["Status"] == "healthy" for state in states):
                return True
        said = "\n".join(self._last_lines(one, _SAID // 2) for one in self._containers(service))
        msg = f"not within {PATIENCE:.0f} s\n{said}"
        raise HatchwayError(msg)

    def _containers(self, *services: str) -> list[dict[str, Any]]:
        """Return what the engine knows of each container of these services, or of all."""
        told = self.run(*COMPOSE, "ps", "--all", "--quiet", *services).split()
        return list(json.loads(self.run("docker", "inspect", *told))) if told else []

    def _last_lines(self, container: dict[str, Any], count: int = _SAID) -> str:
        """Return what a container said last: of one that started anew, before it did."""
        service = container["Config"]["Labels"]["com.docker.compose.service"]
        is_anew = container["RestartCount"] and container["State"]["Running"]
        until = ("--until", container["State"]["StartedAt"]) if is_anew else ()
        return self.run(*COMPOSE, "logs", "--no-log-prefix", "--tail", str(count), *until, service)

    def address(self, service: str, port: int) -> str:
        """Return where a service's port is published on this host."""
        published = self.run(*COMPOSE, "port", service, str(port)).strip()
        return f"http://{published.replace('0.0.0.0', '127.0.0.1')}"  # noqa: S104 - what Compose says


def _has_ended(container: dict[str, Any]) -> bool:
    return container["State"]["Status"] in ("exited", "dead", "restarting")


def _has_failed(container: dict[str, Any]) -> bool:
    """Tell whether a container ended otherwise than a job that is done; it may run anew already."""
    return bool(container["RestartCount"] or (_has_ended(container) and container["State"]["ExitCode"]))


def tries(pause: float = _LOOKS_EVERY) -> Iterator[None]:
    """Yield again and again, with a pause of so many seconds, as long as there is patience."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        yield
        time.sleep(pause)


def answered(address: str) -> int:
    """Return the status of the first answer. Raises `HatchwayError` if the server fails at it."""
    error: OSError | None = None
    for _ in tries():
        try:
            code = status(address, PATIENCE)
        except OSError as refused:  # it does not listen yet
            error = refused
            continue
        if code >= 500:  # noqa: PLR2004 - HTTP's own line
            msg = f"it is answered with {code}"
            raise HatchwayError(msg, "`hatchway up` shows the log")
        return code
    msg = f"nobody answers: {error}"
    raise HatchwayError(msg)
