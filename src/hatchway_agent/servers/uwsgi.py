"""uWSGI: a C program that embeds Python; its master forks workers and mules, and its harakiri kills the slow.

## What works
With and without a master, from the command line or an ini file, `lazy-apps`, `threads`, `cheaper` with both
algorithms, virtual environments, `module = package:create()`, mules, spoolers, and the wheel `pyuwsgi`, there
without the first spoolers. Workers and mules are called by uWSGI's own numbers. With `--wait`, code at import
time is stopped in in the master too, where that imports the application.

## What keeps a paused worker alive
`harakiri` is switched off in the paused worker alone, and set anew to its full time when it goes on;
`mule-harakiri` and `spooler-harakiri` likewise, but they are back with the next signal or task.

## What to know
Python's fork hooks, and threads, run in uWSGI only if options say so. Hatchway sets them by environment
(`UWSGI_PY_CALL_UWSGI_FORK_HOOKS` and others); an ini file that says otherwise wins, and then `hatchway ps`
names the option that is in the way. With those hooks uWSGI 2.0.31 itself crashes each mule at birth; Hatchway
sees to it that it does not. The router (`http =`) gives up on an answer after `http-timeout`, 60 s by
default, and lets its client down; the worker lives on. A harakiri that the application sets itself
(`uwsgi.set_user_harakiri`) is its own affair.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.servers import Calm, Claim, Role, Server

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import FrameType

    from hatchway_agent.servers import Process

_SCORE = 90


def claim(process: Process) -> Claim | None:
    """Claim what embeds Python under this name, by the options it runs with; see `beacon.command_line`."""
    if not process.runs_script("uwsgi") or process.has_flag("-m"):
        return None
    if process.forked:
        return Claim(Role.WORKER, _SCORE, "forked by uWSGI")
    imports_app = not process.has_flag("--lazy-apps", "--lazy")
    if process.option("--processes") is None:
        return Claim(Role.SUPERVISOR, _SCORE, "uWSGI, which is still reading its options")
    if process.has_flag("--master", "--emperor"):
        return Claim(Role.SUPERVISOR, _SCORE, "uWSGI's master", imports_app=imports_app)
    return Claim(Role.WORKER, _SCORE, "uWSGI without a master: its first process is a worker")


def in_flight(_: FrameType | None, frames: Collection[FrameType]) -> int | None:
    """Return 0 if uWSGI calls this worker idle, else how many threads it has called into Python."""
    uwsgi = _uwsgi()
    if uwsgi is None or not uwsgi.worker_id() or uwsgi.mule_id() or "gevent" in uwsgi.opt:
        return None
    mine = next(worker for worker in uwsgi.workers() if worker["id"] == uwsgi.worker_id())
    if mine["status"] != b"busy":
        return 0
    return max(1, sum(_is_called_by_uwsgi(frame) for frame in frames))


def _is_called_by_uwsgi(frame: FrameType) -> bool:
    """Tell whether this stack begins with the application, and not with the start of a thread of Python's."""
    while frame.f_back is not None:
        frame = frame.f_back
    begin = str(frame.f_globals.get("__name__"))
    return begin.partition(".")[0] not in ("threading", "hatchway_agent", "_pydev_bundle")


def _uwsgi() -> Any:
    """Return the module that there is only inside uWSGI."""
    return sys.modules.get("uwsgi")


def worker_number(_: FrameType | None) -> int | None:
    """Return uWSGI's own number of this worker; it is known a moment after the fork."""
    uwsgi = _uwsgi()
    return uwsgi.worker_id() or None if uwsgi is not None and not uwsgi.mule_id() else None


def worker_title(_: FrameType | None) -> str | None:
    """Return what a process that is no worker is called."""
    uwsgi = _uwsgi()
    if uwsgi is None:
        return None
    if uwsgi.mule_id():
        return f"uwsgi mule {uwsgi.mule_id()}"
    return "uwsgi spooler" if _is_spooler(uwsgi) else "uwsgi worker"


def _is_spooler(uwsgi: Any) -> bool:
    return bool(getattr(uwsgi, "i_am_the_spooler", bool)())


def calm(_: FrameType | None) -> Calm | None:
    """Switch harakiri off by uWSGI's own C functions, which take seconds; 0 is off."""
    uwsgi = _uwsgi()
    if uwsgi is None:
        return None
    import ctypes

    # The wheel `pyuwsgi` is a module, whose symbols are its own; else uWSGI is the program.
    program = ctypes.CDLL(getattr(sys.modules.get("pyuwsgi"), "__file__", None))
    kind = "mule-" if uwsgi.mule_id() else "spooler-" if _is_spooler(uwsgi) else ""
    seconds = _seconds(uwsgi.opt.get(f"{kind}harakiri"))
    set_harakiri = program[f"set_{kind.replace('-', '_')}harakiri"]

    def release() -> None:
        # Threads stand in a breakpoint in requests only, or in code at import, which has no harakiri. Nor has
        # a mule's own program: what others do has theirs again the next time.
        if not kind and any(
            worker["id"] == uwsgi.worker_id() and worker["status"] != b"idle" for worker in uwsgi.workers()
        ):
            set_harakiri(seconds)

    return Calm(keep=lambda: set_harakiri(0), release=release) if seconds else None


def _seconds(said: Any) -> int:
    """Return what an option says, of which the last one counts."""
    last = said[-1] if isinstance(said, list) else said
    return int(last) if isinstance(last, (bytes, str)) and last.isdigit() else 0


SERVER = Server(
    "uwsgi",
    claim=claim,
    distribution="uwsgi",
    calm=calm,
    worker_number=worker_number,
    worker_title=worker_title,
    in_flight=in_flight,
)
