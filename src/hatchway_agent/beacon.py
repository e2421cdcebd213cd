"""Says "I exist": writes a small file with raw facts of this process, and removes it at a normal exit.

Part of the dormant agent: imports C modules only, so as to cost nothing at somebody else's start-up.
"""

import os
import sys

from hatchway_agent import WIRE_VERSION


class Identity:
    """Who this process is; made anew at every exec and every fork, so that a reused pid is no disguise."""

    __slots__ = ("birth", "forked", "forker", "is_told_whole", "pid", "ppid", "start")

    def __init__(self, *, forked: bool, forker: str = "") -> None:
        """Take the facts of the running process; `forker` is the module whose code forked it, if Python's."""
        self.pid = os.getpid()
        self.ppid = os.getppid()
        self.birth = os.urandom(6).hex()
        self.start = _start_time()
        self.forked = forked
        self.forker = forker
        self.is_told_whole = is_settled()

    def path(self, run: str, kind: str) -> str:
        """Return where this process's `beacon` or `sock` lies."""
        return f"{run}/{self.pid}.{self.birth}.{kind}"


def _start_time() -> int:
    """Return when this process started, in clock ticks since boot; 0 where there is no /proc."""
    try:
        fd = os.open("/proc/self/stat", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        stat = os.read(fd, 4096)
    finally:
        os.close(fd)
    # The name in parentheses may hold anything; field 22 is the twentieth after it.
    return int(stat.rpartition(b")")[2].split()[19])


def python_version() -> str:
    """Return the interpreter's version as `X.Y.Z`."""
    return "%d.%d.%d" % sys.version_info[:3]  # noqa: UP031 (one C call, and no join)


_TOLD = (
    "master",
    "emperor",
    "lazy-apps",
    "lazy",
    "processes",
    "workers",
    "threads",
    "enable-threads",
    "py-call-osafterfork",
    "py-call-uwsgi-fork-hooks",
)
"""The options of uWSGI that tell what a process is to do; not all, as some hold secrets."""


def is_embedded() -> bool:
    """Tell whether this interpreter is no program of its own: uWSGI's has no command line."""
    return not sys.orig_argv


def is_settled() -> bool:
    """Tell whether the program round an embedded interpreter has read its options."""
    return not is_embedded() or isinstance(getattr(sys.modules.get("uwsgi"), "opt", None), dict)


def command_line() -> "list[str]":
    """Return the original command line; of an embedded interpreter, the options that its program has read."""
    if not is_embedded():
        return list(sys.orig_argv)
    program = sys.executable or "python"
    name = program.rpartition("/")[2]
    words = [program, "uwsgi" if name.startswith("uwsgi") or "uwsgi" in sys.modules else name]
    if not is_settled():
        return words
    options = {"processes": b"1", **sys.modules["uwsgi"].opt}
    for option in _TOLD:
        value = options.get(option)
        value = value[-1] if isinstance(value, list) and value else value
        if value in (b"true", b"yes", b"on"):
            words.append(f"--{option}")
        elif isinstance(value, bytes):
            words.append(f"--{option}={value.decode('utf-8', 'surrogateescape')}")
        elif value:
            words.append(f"--{option}")
    return words


def write(run: str, identity: Identity) -> None:
    """Light the beacon; written aside and renamed, so that nobody reads half of it."""
    fields = [
        "hatchway",
        str(WIRE_VERSION),
        str(identity.pid),
        str(identity.start),
        str(identity.ppid),
        f"fork {identity.forker}".rstrip() if identity.forked else "exec",
        python_version(),
        sys.executable or "",
        *command_line(),
    ]
    aside = f"{run}/.{identity.pid}.{identity.birth}"
    fd = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        os.fchmod(fd, 0o644)  # whatever the umask: the relay may be another user
        os.write(fd, "\0".join(fields).encode("utf-8", "surrogateescape"))
    finally:
        os.close(fd)
    os.rename(aside, identity.path(run, "beacon"))


def write_whole(run: str, identity: Identity) -> bool:
    """Write it anew once more is known of this process than at its birth; tell whether it says all."""
    if not identity.is_told_whole and is_settled():
        write(run, identity)
        identity.is_told_whole = True
    return identity.is_told_whole


def remove(run: str, identity: Identity) -> None:
    """Put the beacon out and take the doorbell's name away; what is not there is not missed."""
    for kind in ("beacon", "sock"):
        _unlink(identity.path(run, kind))


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


def sweep(run: str, identity: Identity) -> None:
    """Remove what earlier programs under our pid left: after an exec nobody else will know they are gone."""
    ours, earlier = f"{identity.pid}.{identity.birth}.", f"{identity.pid}."
    for name in os.listdir(run):
        if name.startswith(earlier) and not name.startswith(ours):
            _unlink(f"{run}/{name}")
