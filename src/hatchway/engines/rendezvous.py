"""Where on this host a project's processes and its hub meet: a directory that is ours alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import sys
from pathlib import Path

from hatchway.errors import HatchwayError

_SUN_PATH = 108 if sys.platform == "linux" else 104
"""Bytes the system has for the path of a Unix socket, its final NUL included."""

LONGEST_SERVICE = 24
"""Letters of a service's name, whose folder lies in the run directory."""

_LONGEST_SOCKET_NAME = len("/4194304.0123456789ab.sock") + 1
_NAME_KEPT = 16
_PRIVATE = 0o700


def run_directory(project: Path) -> Path:
    """Return the directory of a project, made and checked; each service's rendezvous is a folder of it.

    It is `NAME-HASH` below the user's runtime directory. The same project gives the same
    directory, through whichever symbolic link it is reached.
    """
    directory = known_directory(project)
    private_directory(directory.parent)
    return private_directory(directory)


def known_directory(project: Path) -> Path:
    """Return the same for who only looks: checked if it is there, and not made if it is not."""
    if not hasattr(os, "getuid"):
        msg = "processes cannot be debugged on this host directly"
        raise HatchwayError(msg, "On Windows, run the app in a container or in WSL.")
    resolved = project.resolve()
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", resolved.name)[:_NAME_KEPT] or "root"
    digest = hashlib.sha256(os.fsencode(resolved)).hexdigest()[:8]
    above = _runtime_directory()
    directory = above / f"{name}-{digest}"
    _require_room_for_sockets(directory / ("x" * LONGEST_SERVICE))
    for there in (above, directory):
        if there.exists():
            private_directory(there)
    return directory


def service_directory(project: Path, service: str) -> Path:
    """Return the rendezvous directory of a service that runs on this host, made and checked."""
    return private_directory(run_directory(project) / service)


def beacon_pids(directory: Path) -> set[int]:
    """Return the processes that have a beacon in this rendezvous directory; not all of them need to live."""
    names = (beacon.name.partition(".")[0] for beacon in directory.glob("*.beacon"))
    return {int(name) for name in names if name.isdigit()}


def has_living(directory: Path) -> bool:
    """Tell whether a process lives that has its beacon, or is a root, in this rendezvous directory."""
    roots = (root.name.partition(".")[0] for root in directory.glob("*.root"))
    return any(map(is_alive, {*beacon_pids(directory), *map(int, filter(str.isdigit, roots))}))


def plant_root(directory: Path, pid: int) -> None:
    """Say that what this process starts belongs here, also what never lights a beacon. It needs /proc.

    Its command line is kept: a server may write a title over it.
    """
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        start = stat.rpartition(")")[2].split()[19]
        (directory / f"{pid}.{start}.root").write_bytes(Path(f"/proc/{pid}/cmdline").read_bytes())


def is_alive(pid: int) -> bool:
    """Tell whether there is such a process, of whichever user."""
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def private_directory(path: Path) -> Path:
    """Make `path` for us alone, or check that it is so: who can write there can run code as us."""
    try:
        path.mkdir(mode=_PRIVATE)
    except FileExistsError:
        pass
    except OSError as error:
        msg = f"{path} cannot be made: {error.strerror}"
        raise HatchwayError(msg, f"Make {path.parent} a directory you can write to.") from error
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        msg = f"{path} is not a directory"
        raise HatchwayError(msg, "Remove it, if it is nothing you need.")
    if not hasattr(os, "getuid"):  # Windows: what lies in the user's profile is the user's
        return path
    if found.st_uid != os.getuid():
        msg = f"{path} belongs to another user (uid {found.st_uid})"
        raise HatchwayError(
            msg, "Remove it as that user, or set XDG_RUNTIME_DIR to a directory that is yours."
        )
    if found.st_mode & 0o077:
        msg = f"{path} is open to other users (mode {stat.S_IMODE(found.st_mode):o})"
        raise HatchwayError(msg, f"chmod 700 {path}")
    return path


def _require_room_for_sockets(directory: Path) -> None:
    if len(os.fsencode(directory)) + _LONGEST_SOCKET_NAME > _SUN_PATH:
        msg = f"{directory.parent} is too long a path for Unix sockets in it ({_SUN_PATH} bytes at most)"
        raise HatchwayError(msg, "Set XDG_RUNTIME_DIR to a shorter directory that is yours alone.")


def _runtime_directory() -> Path:
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if given.startswith("/") and Path(given).is_dir():
        return Path(given) / "hatchway"
    # Not tempfile.gettempdir(): on macOS that is so long that hardly a socket fits below it.
    return Path(f"/tmp/hatchway-{os.getuid()}")  # noqa: S108 - made 0700 and checked to be ours
