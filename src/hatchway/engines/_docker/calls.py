"""The docker command line: its calls, its streams, and what its errors mean to a person."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import re
import subprocess
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hatchway.errors import HatchwayError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

_LONGEST_EVENT = 1 << 20
"""Characters of an event at most: it carries all labels of its container."""
_PATIENCE = 5.0
"""Seconds a call has to end after it was asked to."""
_LONGEST_INSISTED = 60.0
"""Seconds for a call that nothing interrupts; an engine that hangs is not waited for."""

_MEANINGS = (
    (
        r"permission denied while trying to connect",
        "this user may not use the Docker engine",
        "Join the group `docker` (`sudo usermod -aG docker $USER`, then log in again).",
    ),
    (
        (
            r"Cannot connect to the Docker daemon(?: at (?P<what>\S+?)\.? )?|error during connect|"
            r"unable to resolve docker endpoint|context .* (?:does not exist|not found)"
        ),
        "the Docker engine does not answer{at}",
        "Start it, or say which one is meant: DOCKER_HOST, or `docker context use`.",
    ),
    (
        # Without the plug-in, the client takes `-f` and `--profile` for its own.
        (
            r"unknown (?:docker )?command.*compose|compose.* is not a docker command|"
            r"unknown shorthand flag: 'f' in -f|unknown flag: --profile"
        ),
        "docker has no `compose` (version 2)",
        "Install the Compose plug-in; the old `docker-compose` 1.x cannot be used.",
    ),
    (
        r"no space left on device",
        "the Docker engine has no room left",
        "Make some: `docker system df` shows what takes it, `docker system prune` frees it.",
    ),
    (
        r"no configuration file provided: not found",
        "there is no compose file here",
        "Call hatchway in the folder of compose.yaml, or name the file: -f FILE.",
    ),
    (
        r"no such service: (?P<what>\S+)",
        "the compose project has no service `{what}`",
        "`docker compose config --services` lists them.",
    ),
    (
        r"port is already allocated|address already in use",
        "a port that the project publishes is taken",
        "End what listens there, or change `ports:` in the compose file; the lines above name it.",
    ),
)


@dataclass(frozen=True, slots=True)
class Said:
    """How a call ended, and what it said."""

    code: int
    out: bytes
    err: str


class DockerError(HatchwayError):
    """A call of docker failed."""


def argv_of(words: Sequence[str]) -> tuple[str, ...]:
    """Return the command line of a call."""
    return ("docker", *words)


def environment() -> dict[str, str]:
    """Return what docker is called with: ours, without its advertisements."""
    return {**os.environ, "DOCKER_CLI_HINTS": "false", "COMPOSE_MENU": "false"}


async def attempt(*words: str, stdin: bytes | None = None, folder: Path | None = None) -> Said:
    """Call docker and return how that went; raises `DockerError` only if there is no docker at all."""
    process = await _started(words, folder, stdin=PIPE if stdin is not None else DEVNULL)
    try:
        out, err = await process.communicate(stdin)
    except BaseException:
        # Interrupted: a call that creates something is not left running behind our back.
        await asyncio.shield(_end(process))
        raise
    return Said(process.returncode or 0, out, err.decode(errors="replace").strip())


async def insist(*words: str) -> Said:
    """Call docker to its end and return how that went, however often the caller is interrupted meanwhile.

    In a thread, as whoever ends the event loop cancels every task. Raises `DockerError` if there is no
    docker, and what interrupted it once it is done.
    """
    calling = asyncio.get_running_loop().run_in_executor(None, _called, words)
    interrupted: asyncio.CancelledError | None = None
    while not calling.done():
        try:
            await asyncio.wait([calling])
        except asyncio.CancelledError as error:
            interrupted = error
    if interrupted is not None:
        raise interrupted
    return calling.result()


def _called(words: Sequence[str]) -> Said:
    try:
        done = subprocess.run(  # noqa: S603 - docker
            argv_of(words),
            stdin=DEVNULL,
            capture_output=True,
            env=environment(),
            start_new_session=os.name == "posix",
            timeout=_LONGEST_INSISTED,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Said(1, b"", f"the engine did not answer within {_LONGEST_INSISTED:.0f} s")
    except OSError as error:
        raise _unstartable(error) from error
    return Said(done.returncode, done.stdout, done.stderr.decode(errors="replace").strip())


async def call(*words: str, stdin: bytes | None = None, folder: Path | None = None) -> str:
    """Call docker and return what it printed. Raises `DockerError` if it failed."""
    said = await attempt(*words, stdin=stdin, folder=folder)
    if said.code:
        raise meaning_of(said.err, words)
    return said.out.decode(errors="replace")


async def shown(*words: str, folder: Path | None = None) -> asyncio.subprocess.Process:
    """Start a call whose output is shown to the user as it comes."""
    return await _started(words, folder, stdin=DEVNULL, is_shown=True)


async def show(*words: str, folder: Path | None = None) -> int:
    """Call docker with its output shown to the user as it comes; return the exit code."""
    process = await shown(*words, folder=folder)
    try:
        return await process.wait()
    except BaseException:
        await asyncio.shield(_end(process))
        raise


async def inspect(kind: str, *names: str) -> list[dict[str, Any]]:
    """Return what docker knows of the things of a kind that there are; the others are left out."""
    said = await attempt(kind, "inspect", *names)
    if said.code and not re.search(r"[Nn]o such", said.err):
        raise meaning_of(said.err, (kind, "inspect"))
    found: list[dict[str, Any]] = json.loads(said.out or b"[]")
    return found


async def require_docker() -> None:
    """Raise `DockerError` if what answers to `docker` is not Docker."""
    said = await attempt("version")
    if b"Podman Engine" in said.out:
        msg = "`docker` is Podman here, and Podman is not supported"
        raise DockerError(msg, "Install Docker, or say where one is: DOCKER_HOST, `docker context use`.")


async def command_lines(container: str, *, older_than: int = 0) -> list[list[str]]:
    """Return the command lines of a container's processes, as the engine's host sees them.

    Those only that have run for some seconds, if that is asked for.
    """
    said = await attempt("top", container, "-eo", "pid,etimes,args")
    if said.code:
        return []
    lines = [line.split() for line in said.out.decode(errors="replace").splitlines()[1:]]
    return [words for _, age, *words in filter(None, lines) if words and int(age) >= older_than]


async def now() -> str:
    """Return the engine's time; its clock need not agree with ours."""
    return (await call("info", "--format", "{{.SystemTime}}")).strip()


async def events(since: str, *filters: str) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the engine's events from a moment on, until the engine or the caller ends.

    The engine keeps its latest events: what happens between that moment and the call is not missed.
    """
    words = ["events", "--since", since, "--format", "{{json .}}"]
    words += [word for one in filters for word in ("--filter", one)]
    process = await _started(words, None, stdin=DEVNULL)
    assert process.stdout is not None  # noqa: S101 - for the type checker: we asked for a pipe
    try:
        while line := await process.stdout.readline():
            yield json.loads(line)
    finally:
        await asyncio.shield(_end(process))


def meaning_of(err: str, words: Sequence[str]) -> DockerError:
    """Return the error a person can act on for what docker wrote on stderr."""
    log.debug("docker %s: %s", " ".join(words), err)
    for pattern, message, hint in _MEANINGS:
        if found := re.search(pattern, err):
            what = found.groupdict().get("what") or ""
            return DockerError(message.format(what=what, at=f" at {what}" if what else ""), hint)
    last = err.splitlines()[-1] if err else "it said nothing"
    what = "compose" if words[0] == "compose" else " ".join(words[:2])
    return DockerError(
        f"`docker {what}` failed: {last}", "Docker says more: `hatchway --debug ...` shows it."
    )


async def _started(
    words: Sequence[str], folder: Path | None, *, stdin: int, is_shown: bool = False
) -> asyncio.subprocess.Process:
    output = None if is_shown else PIPE
    try:
        return await asyncio.create_subprocess_exec(
            *argv_of(words),
            stdin=stdin,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=environment(),
            limit=_LONGEST_EVENT,
            # What is shown is the user's own: Ctrl-C in the terminal is for it too.
            start_new_session=os.name == "posix" and not is_shown,
        )
    except OSError as error:
        raise _unstartable(error) from error


def _unstartable(error: OSError) -> DockerError:
    if isinstance(error, FileNotFoundError):
        hint = "Install Docker, or run the app on this host: `hatchway run -- COMMAND`."
        return DockerError("the command `docker` is not found", hint)
    msg = f"docker cannot be started: {error.strerror}"
    return DockerError(msg, "Try `docker version` in this terminal.")


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a call: softly, so that it may clear up, and hard after that."""
    for end in (process.terminate, process.kill):
        with contextlib.suppress(ProcessLookupError):
            end()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
            return
