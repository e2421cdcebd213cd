"""`hatchway init --check`: build, start, request, stop at a breakpoint; each link of the chain is told.

It runs in the project's own folder, since what counts is what lies there, and under a name of its own, so
that nothing of a project that runs already is touched; all that it started is gone afterwards.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from hatchway.cli.screen import say
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import HatchwayError
from hatchway.hub.lodging import find
from hatchway.scaffold.facts import Application, Facts, Part
from hatchway.scaffold.recipes.compose import port_variable
from hatchway.terminal.client import DapClient

PATIENCE = 120.0
"""Seconds for a service to become healthy, for a request to be answered or to stop."""
_LOOKS_EVERY = 0.5
_SHOWN = 20
"""Lines of a command's output that are shown when it failed."""
_HATCHWAY = (sys.executable, "-m", "hatchway")
_COMPOSE = ("docker", "compose")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain, and whether it holds."""

    what: str
    holds: bool
    seconds: float
    detail: str = ""


class BrokenError(HatchwayError):
    """A link does not hold."""


@dataclass
class Chain:
    """The links so far, each told as soon as it is known."""

    tell: Callable[[Link], None]
    links: list[Link] = field(default_factory=list)

    @contextlib.contextmanager
    def link(self, what: str) -> Iterator[list[str]]:
        """Try one link; what is put into the list replaces its words. Raises what it is broken by."""
        words: list[str] = []
        started = time.monotonic()
        try:
            yield words
        except (HatchwayError, TimeoutError, OSError) as error:
            self._add(Link(what, holds=False, seconds=time.monotonic() - started, detail=str(error)))
            raise BrokenError(what, getattr(error, "hint", "")) from None
        self._add(Link(words[-1] if words else what, holds=True, seconds=time.monotonic() - started))

    def _add(self, link: Link) -> None:
        self.links.append(link)
        self.tell(link)


def check(folder: Path, facts: Facts, tell: Callable[[Link], None]) -> tuple[Link, ...]:
    """Try every link, up to the first that does not hold; `tell` is called with each.

    Raises `HatchwayError` if a hub follows the folder already, or there is nothing to start.
    """
    if lodger := find(run_directory(folder)):
        msg = f"a hub runs for this folder already, on 127.0.0.1:{lodger.port}"
        raise HatchwayError(msg, "`hatchway down` ends it; then check once more")
    main = next(((part, one) for part, one in facts.applications() if one.port), None)
    chain = Chain(tell)
    with _Trial(folder, facts) as trial, contextlib.suppress(BrokenError):
        with chain.link("the images build"):
            trial.run(*_COMPOSE, "build")
        with chain.link("everything starts") as words:
            port = trial.up()
            words.append(f"{trial.started} start")
        if main:
            _visit(chain, trial, port, *main)
    return tuple(chain.links)


def _visit(chain: Chain, trial: "_Trial", port: int, part: Part, application: Application) -> None:
    """Try what somebody does who opens the project: a request, and one that stops."""
    service = application.name
    route = application.routes[0] if application.routes else None
    path = route.path if route else "/"
    if not part.dockerfile:
        with chain.link(f"{service} is healthy"):
            trial.wait_healthy(service)
    with chain.link(f"GET {path} is answered") as words:
        address = trial.address(service, application.port.number if application.port else 0) + path
        words.append(f"GET {path} is answered with {_answered(address)}")
    if route is None or not route.place.line:
        return
    with DapClient(port) as editor, ThreadPoolExecutor(1) as visitor:
        with chain.link(f"a breakpoint binds at {route.place}"):
            _arm(editor, trial.folder / route.place.file, route.place.line)
        with chain.link(f"a request stops at {route.place}") as words:
            request = visitor.submit(_status, address)
            thread, function = _stop(editor, request, trial.folder / route.place.file, route.place.line)
            words.append(f"a request stops at {route.place}, in {function}")
        with chain.link("it runs on and is answered") as words:
            editor.request("setBreakpoints", {"source": {"path": str(trial.folder / route.place.file)}})
            editor.request("continue", {"threadId": thread})
            words.append(f"it runs on and is answered with {request.result(PATIENCE)}")


class _Trial:
    """The project, started under a name of its own; on leaving, nothing of it is left."""

    def __init__(self, folder: Path, facts: Facts) -> None:
        self.folder = folder
        self.started = ""
        # A port that is free: the usual one may be in use by the project itself.
        ports = {port_variable(one): "0" for _, one in facts.applications() if one.port}
        self._name = f"hatchway-check-{secrets.token_hex(3)}"
        self._environ = {**os.environ, **ports, "COMPOSE_PROJECT_NAME": self._name, "NO_COLOR": "1"}
        self._signal: Any = None

    def __enter__(self) -> Self:
        # Ended from outside, it still cleans up.
        self._signal = signal.signal(signal.SIGTERM, _end)
        return self

    def __exit__(self, *_: object) -> None:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            with contextlib.suppress(HatchwayError):
                self.run(*_HATCHWAY, "down", "--volumes")
            away = ("down", "--volumes", "--remove-orphans", "--rmi", "local")
            self.run(*_COMPOSE, "--profile", "*", *away)
        finally:
            signal.signal(signal.SIGINT, before)
            signal.signal(signal.SIGTERM, self._signal)

    def run(self, *argv: str) -> str:
        """Return what a command prints. Raises `HatchwayError` with its last lines if it fails."""
        done = subprocess.run(  # noqa: S603 - ours and Compose
            argv,
            cwd=self.folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours: we clean up
            check=False,
        )
        if done.returncode:
            lines = (done.stdout + done.stderr).strip().splitlines()[-_SHOWN:]
            raise HatchwayError("\n".join(lines) or f"exit code {done.returncode}")
        return done.stdout

    def up(self) -> int:
        """Start the project and return the port of its hub."""
        told = self.run(*_HATCHWAY, "up", "--detach")
        ready = next(line for line in told.splitlines() if line.startswith("hatchway: ready on "))
        self.started = ", ".join(self.run(*_COMPOSE, "ps", "--services").split())
        return int(ready.split(":")[2].split()[0])

    def wait_healthy(self, service: str) -> None:
        """Wait until a service's health check says yes."""
        for _ in _tries():
            told = self.run(*_COMPOSE, "ps", "--all", "--format", "json", service)
            states = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
            if states and all(state["Health"] == "healthy" for state in states):
                return
            if any(state["State"] == "exited" for state in states):
                raise HatchwayError(
                    self.run(*_COMPOSE, "logs", "--no-log-prefix", "--tail", str(_SHOWN), service)
                )
        msg = f"not within {PATIENCE:.0f} s\n{self.run(*_COMPOSE, 'logs', '--tail', str(_SHOWN), service)}"
        raise HatchwayError(msg)

    def address(self, service: str, port: int) -> str:
        """Return where a service's port is published on this host."""
        published = self.run(*_COMPOSE, "port", service, str(port)).strip()
        return f"http://{published.replace('0.0.0.0', '127.0.0.1')}"  # noqa: S104 - what Compose says


def _end(*_: object) -> None:
    sys.exit(143)


def _tries() -> Iterator[None]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        yield
        time.sleep(_LOOKS_EVERY)


def _status(address: str) -> int:
    """Return the status of the answer to a GET, whatever it is."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:  # noqa: S310 - a service of the project
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def _answered(address: str) -> int:
    """Return the status of the first answer. Raises `HatchwayError` if the server fails at it."""
    error: OSError | None = None
    for _ in _tries():
        try:
            status = _status(address)
        except OSError as refused:  # it does not listen yet
            error = refused
            continue
        if status >= 500:  # noqa: PLR2004 - HTTP's own line
            msg = f"it is answered with {status}"
            raise HatchwayError(msg, "`hatchway up` shows the log")
        return status
    msg = f"nobody answers: {error}"
    raise HatchwayError(msg)


def _arm(editor: DapClient, file: Path, line: int) -> None:
    """Attach as an editor does, and set the breakpoint."""
    editor.request("initialize", {"clientID": "hatchway-check", "adapterID": "hatchway"})
    editor.event("initialized")
    editor.request("attach", {"justMyCode": False})
    wish = {"source": {"path": str(file)}, "breakpoints": [{"line": line}]}
    (armed,) = editor.request("setBreakpoints", wish)["breakpoints"]
    editor.request("configurationDone")
    if not armed["verified"]:
        editor.event("breakpoint", lambda body: bool(body["breakpoint"]["verified"]), PATIENCE)


def _stop(editor: DapClient, request: Future[int], file: Path, line: int) -> tuple[int, str]:
    """Wait for the stop and return its thread and function. Raises `HatchwayError` if it is elsewhere."""
    for _ in _tries():
        try:
            stopped = editor.event("stopped", timeout=_LOOKS_EVERY)
        except TimeoutError:
            if request.done():
                msg = f"it was answered with {request.result()} and did not stop"
                raise HatchwayError(msg, "`hatchway doctor` looks for the reason") from None
            continue
        (frame, *_) = editor.request("stackTrace", {"threadId": stopped["threadId"], "levels": 1})[
            "stackFrames"
        ]
        if (Path(frame["source"]["path"]), frame["line"]) != (file, line):
            msg = f"it stops at {frame['source']['path']}:{frame['line']}"
            raise HatchwayError(msg)
        return int(stopped["threadId"]), str(frame["name"])
    msg = f"it does not, within {PATIENCE:.0f} s"
    raise HatchwayError(msg)


def tell(link: Link) -> None:
    """Print one link."""
    sys.stdout.write(f"  {'ok' if link.holds else 'NO':<4} {link.what}  ({link.seconds:.1f} s)\n")
    for line in link.detail.splitlines():
        sys.stdout.write(f"       {line}\n")
    sys.stdout.flush()


def report(links: tuple[Link, ...]) -> int:
    """Print how it went and return the exit code."""
    broken = [link for link in links if not link.holds]
    say("all of it is gone again" if broken else "it holds; all of it is gone again")
    return 1 if broken else 0
