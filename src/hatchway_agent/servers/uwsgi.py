"""uWSGI: a C program that embeds Python; its master forks workers and mules, and its harakiri kills the slow.

## What works
With and without a master, from the command line or an ini file, `lazy-apps`, `threads`, `cheaper` with both
algorithms, virtual environments, `module = package:create()`. Workers are called by uWSGI's own numbers. With
`--wait`, code at import time is stopped in in the master too, where that imports the application.

## What keeps a paused worker alive
`harakiri` is switched off in the paused worker alone, and set anew to its full time when it goes on.

## What to know
Python's fork hooks, and threads, run in uWSGI only if options say so. Hatchway sets them by environment
(`UWSGI_PY_CALL_UWSGI_FORK_HOOKS` and others); an ini file that says otherwise wins.
**Mules do not work**: with `py-call-uwsgi-fork-hooks` uWSGI 2.0.31 itself crashes each mule at birth.
Start it with `UWSGI_PY_CALL_UWSGI_FORK_HOOKS=false`: up to Python 3.12 mules then live and workers can be
debugged; from 3.13 on it takes `UWSGI_PY_CALL_OSAFTERFORK=false` too, and only the master can be. The router
(`http =`) gives up on an answer after `http-timeout`, 60 s by default, and lets its client down; the worker
lives on. A harakiri that the application sets itself (`uwsgi.set_user_harakiri`) is its own affair.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.servers import Calm, Claim, Role, Server

if TYPE_CHECKING:
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
    return f"uwsgi mule {uwsgi.mule_id()}" if uwsgi.mule_id() else "uwsgi worker"


def calm(_: FrameType | None) -> Calm | None:
    """Switch harakiri off by uWSGI's own C function, which takes seconds; 0 is off."""
    uwsgi = _uwsgi()
    if uwsgi is None:
        return None
    import ctypes

    program = ctypes.CDLL(None)
    name = "mule-harakiri" if uwsgi.mule_id() else "harakiri"
    seconds = _seconds(uwsgi.opt.get(name))
    set_harakiri = program.set_mule_harakiri if uwsgi.mule_id() else program.set_harakiri

    def release() -> None:
        # Threads stand in a breakpoint in requests only, or in code at import, which has no harakiri.
        if any(
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
)
