"""Finds the Python processes that should have a beacon and have none: what /proc tells of each, and why."""

from __future__ import annotations

import os
import re
import stat
import time
from typing import TYPE_CHECKING, Any

from hatchway_agent.survey import life
from hatchway_agent.survey.options import options_of
from hatchway_agent.survey.reasons import ENVIRON, Cause, Facts, is_embedding, is_python, reason_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

AGE = 2.0
"""Seconds a process lives before it is called missing: helpers come and go."""
PATIENCE = 10.0
"""The same where nothing says why: a Python may be slow to start."""
_MOST = 32
_ROOT = re.compile(r"([1-9][0-9]{0,9})\.([0-9]+)\.root")
_AGENT = "hatchway_agent"


class Missing:
    """Looks through /proc again and again; without one, nobody is missing."""

    def __init__(self, directory: str) -> None:
        """Look for what belongs to this rendezvous directory."""
        self._directory = directory
        home = os.path.dirname(os.path.abspath(directory))
        # In a container it lies in the payload, and all that runs there is the service's.
        self._is_container = os.path.isdir(f"{home}/{_AGENT}")
        self._seen: dict[tuple[int, int, bytes], float] = {}
        self._first_lines: dict[int, bytes] = {}
        """Of the roots, the command lines they began with."""

    def take(self, known: Collection[int]) -> list[dict[str, Any]]:
        """Return pid, command line, cause and detail of each, in order of pid; `known` have a beacon.

        Of those that run the same under one parent, or are below each other, only the first is told.
        """
        processes = dict(life.processes())
        belonging = self._belonging(processes, known)
        found: dict[int, dict[str, Any]] = {}
        seen: dict[tuple[int, int, bytes], float] = {}
        told: set[tuple[int, str, tuple[str, ...]]] = set()
        for pid in sorted(belonging - set(known), key=lambda pid: (processes[pid][1], pid)):
            ppid, start = processes[pid]
            line = life.command_line(pid)
            key = (pid, start, line)
            seen[key] = self._seen.get(key, time.monotonic())
            if (one := self._look_at(pid, line, is_forked=self._is_forked(pid, ppid, known))) is None:
                continue
            parent = found.get(ppid)
            if parent is not None and one["cause"] in (parent["cause"], Cause.UNKNOWN):
                one["cause"] = parent["cause"]
                found[pid] = {**one, "is_told": False}
                continue
            waited = time.monotonic() - seen[key]
            is_due = waited > PATIENCE if one["cause"] == Cause.UNKNOWN else life.age(start) >= AGE
            alike = (ppid, one["cause"], one["argv"])
            found[pid] = {**one, "is_told": is_due and alike not in told}
            if is_due:
                told.add(alike)
        self._seen = seen
        return [
            {name: one[name] for name in ("pid", "argv", "cause", "detail")}
            for _, one in sorted(found.items())
            if one["is_told"]
        ][:_MOST]

    def _belonging(self, processes: dict[int, tuple[int, int]], known: Collection[int]) -> set[int]:
        """Return all processes of the container; on a host, those started with us and what these started."""
        if self._is_container:
            ours = life.cgroup(os.getpid())
            return {pid for pid in processes if life.cgroup(pid) == ours}
        self._first_lines.clear()
        found = {pid for pid in {*self._roots(processes), *known} if pid in processes}
        children: dict[int, list[int]] = {}
        for pid, (ppid, _) in processes.items():
            children.setdefault(ppid, []).append(pid)
        waiting = list(found)
        while waiting:
            for child in children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return found

    def _roots(self, processes: dict[int, tuple[int, int]]) -> Iterator[int]:
        """Yield the processes that `hatchway run` started; what is left of dead ones is removed."""
        try:
            names = os.listdir(self._directory)
        except OSError:
            return
        for root in filter(None, map(_ROOT.fullmatch, names)):
            pid, start = int(root[1]), int(root[2])
            if pid in processes and processes[pid][1] == start:
                self._first_lines[pid] = life.content(f"{self._directory}/{root[0]}")
                yield pid
            elif not life.is_alive(pid, start):
                try:
                    os.unlink(f"{self._directory}/{root[0]}")
                except OSError:
                    pass

    @staticmethod
    def _is_forked(pid: int, ppid: int, known: Collection[int]) -> bool:
        return ppid in known and life.executable(pid) == life.executable(ppid)

    def _look_at(self, pid: int, line: bytes, *, is_forked: bool) -> dict[str, Any] | None:
        """Return what is told of a process; None if it is no Python, or not one of this directory."""
        argv = _words(line)
        named = os.path.basename(argv[0])
        program = os.path.basename(life.executable(pid)) or named
        if not line or not is_python(program) or any(word.endswith(f"/{_AGENT}") for word in argv):
            return None
        is_titled = not is_python(named)
        if is_titled and (first := self._first_lines.get(pid)):
            argv = _words(first)
        environ = None if is_titled else life.environ(pid, ENVIRON)
        if (environ or {}).get("HATCHWAY_RUN", self._directory) != self._directory:
            return None
        options = self._options(pid, argv, environ) if is_embedding(program) else ()
        has_ours, hiding = _on_path(pid, (environ or {}).get("PYTHONPATH", ""))
        facts = Facts(
            program,
            argv if is_python(os.path.basename(argv[0])) else (),
            environ,
            has_ours,
            hiding,
            options,
            is_forked,
            self._shuts_out(pid),
        )
        reason = reason_of(facts)
        if is_embedding(program) and is_forked and reason.cause is Cause.UNKNOWN:
            return None  # uWSGI's own, such as its router: no Python in it
        return {"pid": pid, "argv": argv, "cause": str(reason.cause), "detail": reason.detail}

    @staticmethod
    def _options(
        pid: int, argv: tuple[str, ...], environ: dict[str, str] | None
    ) -> tuple[tuple[str, str], ...]:
        def read(path: str) -> str:
            return life.content(os.path.join(life.folder(pid), path)).decode("utf-8", "replace")

        by_environ = [f"--ini={file}"] if (file := (environ or {}).get("UWSGI_INI")) else []
        return options_of([*by_environ, *argv[1:]], read)

    def _shuts_out(self, pid: int) -> bool:
        user = life.user(pid)
        try:
            about = os.stat(self._directory)
        except OSError:
            return False
        return user not in (None, 0, about.st_uid) and not about.st_mode & stat.S_IWOTH


def _words(line: bytes) -> tuple[str, ...]:
    return tuple(line.decode("utf-8", "surrogateescape").rstrip("\0").split("\0"))


def _on_path(pid: int, path: str) -> tuple[bool, str]:
    """Tell whether our `sitecustomize` is on this `PYTHONPATH`, and which file is found before it."""
    hiding = ""
    for entry in path.split(":") if path else ():
        folder = os.path.join(life.folder(pid), entry)
        if os.path.isdir(f"{folder}/{_AGENT}") and os.path.isfile(f"{folder}/sitecustomize.py"):
            return True, hiding
        for name in ("sitecustomize/__init__.py", "sitecustomize.py"):
            if not hiding and os.path.isfile(f"{folder}/{name}"):
                hiding = os.path.normpath(f"{folder}/{name}")
    return False, hiding
