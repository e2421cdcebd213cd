"""Whether a process lives and listens: what the operating system says, not what the process wrote down."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_HAS_PROC = os.path.exists("/proc/self/stat")
_START_FIELD = 22 - 3
"""The start time is field 22 of `stat`; we count from the third one, behind the name in parentheses."""
_FLAGS_FIELD = 9 - 3
_PF_EXITING = 0x4
"""The kernel's mark of a process whose files are being closed: its sockets end before it is a zombie."""

_COMMAND_LINE_READ = 4096
_ENVIRON_READ = 1 << 18
_CONTENT_READ = 1 << 16
_DOUBT_AGAIN_AFTER = 5.0


def is_alive(pid: int, start: int) -> bool:
    """Tell whether the process with this pid lives and is the one that started then; start 0 means any."""
    if not _HAS_PROC:
        return _takes_signals(pid)
    try:
        state, fields = _stat(pid)
        is_exiting = state in (b"Z", b"X") or int(fields[_FLAGS_FIELD - 1]) & _PF_EXITING
        return not is_exiting and start in (0, int(fields[_START_FIELD - 1]))
    except (FileNotFoundError, ProcessLookupError):
        return False
    except (OSError, ValueError, IndexError):
        return True  # nobody may be called dead for want of a right to look


def command_line(pid: int) -> bytes:
    """Return what changes when the process becomes another program; without /proc, every few seconds."""
    if not _HAS_PROC:
        return b"%d" % (time.monotonic() // _DOUBT_AGAIN_AFTER)
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as line:
            return line.read(_COMMAND_LINE_READ)
    except OSError:
        return b""


def environ(pid: int, names: frozenset[str]) -> dict[str, str] | None:
    """Return those of the variables that the process was started with; None where /proc does not tell."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            said = file.read(_ENVIRON_READ).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    pairs = (variable.partition("=") for variable in said.split("\0"))
    return {name: value for name, _, value in pairs if name in names}


def processes() -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield each living process with its parent and its start; nothing without /proc."""
    for pid in map(int, filter(str.isdigit, os.listdir("/proc") if _HAS_PROC else ())):
        try:
            state, fields = _stat(pid)
        except (OSError, ValueError):
            continue  # it has just gone
        if state not in (b"Z", b"X"):
            yield pid, (int(fields[0]), int(fields[_START_FIELD - 1]))


def _stat(pid: int) -> tuple[bytes, list[bytes]]:
    """Return the state and the fields behind it. Raises `OSError` or `ValueError` if the process has gone."""
    with open(f"/proc/{pid}/stat", "rb") as stat:
        state, *fields = stat.read().rpartition(b")")[2].split()
    return state, fields


def age(start: int) -> float:
    """Return how many seconds ago a process started, given the time in `stat`."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - start / os.sysconf("SC_CLK_TCK")


def executable(pid: int) -> str:
    """Return the file that a process executes; empty where nobody may see it."""
    try:
        return os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
    except OSError:
        return ""


def user(pid: int) -> int | None:
    """Return the uid that a process acts as; None if it has gone."""
    try:
        # Not the owner of /proc/PID, which is root once a process has changed its user.
        with open(f"/proc/{pid}/status", "rb") as file:
            return next((int(line.split()[2]) for line in file if line.startswith(b"Uid:")), None)
    except (OSError, ValueError, IndexError):
        return None


def folder(pid: int) -> str:
    """Return the working directory of a process; the root where nobody may see it."""
    try:
        return os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return "/"


def cgroup(pid: int) -> bytes:
    """Return what is the same for the processes of one container; empty if the process has gone."""
    return content(f"/proc/{pid}/cgroup")


def content(path: str) -> bytes:
    """Return how a file begins; empty if it is none, or may not be read."""
    try:
        # A pipe would be waited for.
        if not os.path.isfile(path):
            return b""
        with open(path, "rb") as file:
            return file.read(_CONTENT_READ)
    except OSError:
        return b""


def is_listening(path: str) -> bool:
    """Tell whether somebody listens on the Unix socket. It is touched, not rung: nothing is sent."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as touch:
        touch.setblocking(False)  # noqa: FBT003 - the socket module's own way
        try:
            code = touch.connect_ex(path)
        except OSError:  # the path is too long
            return False
    # Other errors say nothing: EAGAIN is a full queue, so a frozen listener; EACCES is our lack of right.
    return code not in (errno.ECONNREFUSED, errno.ENOENT, errno.ENOTSOCK, errno.EPROTOTYPE)


def _takes_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
