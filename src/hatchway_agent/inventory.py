"""Lists the source files of this container that a project may know: path, hash and number of lines of each.

Run by exec, beside the application: nothing is asked of its processes, and files they import later are found.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING, Any

from hatchway_agent.survey.traces import read_traces

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SYSTEM = frozenset(
    {"proc", "sys", "dev", "bin", "sbin", "lib", "lib64", "boot", "etc", "run", "tmp", "usr", "var"}
)
"""Folders of the root in which nobody keeps an application, unless he names them."""
_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages", "hatchway_agent"})
_LARGEST = 4 << 20
_MOST_FOLDERS = 20_000
_PATIENCE = 5.0


def inventory(directory: str, wanted: dict[str, Any]) -> dict[str, list[Any]]:
    """Return `{path: [sha256, lines]}`.

    `wanted` says which: `names` of files, `packages` that may be installed, and `roots` to look in beside the
    working directories of the processes that meet in `directory`.
    """
    names = frozenset(wanted.get("names", ()))
    packages = frozenset(wanted.get("packages", ()))
    traces = list(read_traces(directory))
    roots = [*wanted.get("roots", ()), *(root for trace in traces if (root := _working_directory(trace.pid)))]
    deadline = time.monotonic() + _PATIENCE
    found: dict[str, list[Any]] = {}
    for path in _files(_installed({trace.executable for trace in traces}, packages), deadline):
        _note(path, names, found)
    for path in _files(list(dict.fromkeys(map(os.path.abspath, roots))), deadline):
        _note(path, names, found)
    return found


def _note(path: str, names: Collection[str], found: dict[str, list[Any]]) -> None:
    if os.path.basename(path) not in names or path in found:
        return
    try:
        with open(path, "rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError:
        return
    if len(text) <= _LARGEST:
        found[path] = [hashlib.sha256(text).hexdigest(), text.count(b"\n") + (not text.endswith(b"\n"))]


def _working_directory(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return ""  # another user's, and we may not look


def _installed(executables: Collection[str], packages: Collection[str]) -> list[str]:
    """Return where these packages are, if the interpreters have them installed."""
    places = []
    for executable in sorted(executables):
        prefix = os.path.dirname(os.path.dirname(executable))
        for library in _listed(f"{prefix}/lib"):
            if library.startswith("python3"):
                places += [f"{prefix}/lib/{library}/site-packages", f"{prefix}/lib/{library}/dist-packages"]
    return [f"{place}/{name}" for place in places for name in _listed(place) if name in packages]


def _listed(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _files(roots: list[str], deadline: float) -> Iterator[str]:
    """Yield the Python files below, until there are too many folders or it takes too long."""
    folders = 0
    for root in roots:
        if root.endswith(".py"):
            yield root
        for folder, below, files in os.walk(root):
            folders += 1
            if folders > _MOST_FOLDERS or time.monotonic() > deadline:
                return
            if "pyvenv.cfg" in files:
                below.clear()
                continue
            skipped = _SKIPPED | _SYSTEM if folder == "/" else _SKIPPED
            below[:] = sorted(name for name in below if name not in skipped and not name.startswith("."))
            yield from (os.path.join(folder, name) for name in files if name.endswith(".py"))
