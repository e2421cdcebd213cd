"""Uvicorn: an ASGI server, alone in its process or with spawned workers whose health it asks for.

## What works
`uvicorn app:app`, `--workers N`, `--reload`, `fastapi run` and `fastapi dev`, also when the number of
workers comes from `WEB_CONCURRENCY` or `UVICORN_WORKERS`. Workers are `multiprocessing` children and are
called `SpawnProcess-1` as there; one that is born while you are attached stops on its first request.

## What keeps a paused worker alive
Only the thread that hit a breakpoint stands still. The thread by which a worker answers its parent's health
check (`--timeout-worker-healthcheck`, 5 s) runs on. Besides, a paused worker has its parent take the check
for passed, also while it is held at its birth and has no such thread yet.

## What to know
An `async def` endpoint runs in the event loop: while one is paused, its worker answers nobody else. The
other workers do. `pause` on all threads of a worker stops the health check's too, and the parent replaces
the worker. A server started by `uvicorn.run(...)` in a script of your own is shown as Python, and debugged
just so.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.servers import Calm, Claim, Role, Server, claim_with_spawned, frames_of, local_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import FrameType

    from hatchway_agent.servers import Process

_SCORE = 90


def claim(process: Process) -> Claim | None:
    """Claim what the command line runs, and what a parent with several processes has spawned."""
    return claim_with_spawned(process, "uvicorn", _runs_uvicorn, _by_its_options)


def _by_its_options(process: Process) -> Claim:
    asks, asked = process.environ, "the environment"
    if process.has_flag("--reload") or _is_fastapi_dev(process) or asks.get("UVICORN_RELOAD", "") in _YES:
        return Claim(Role.RELOADER, _SCORE, "argv runs uvicorn with its reloader")
    workers = process.option("--workers")
    if workers is None:
        workers = asks.get("UVICORN_WORKERS") or asks.get("WEB_CONCURRENCY")
    else:
        asked = "argv"
    if workers is not None and workers.isdigit() and int(workers) > 1:
        return Claim(Role.SUPERVISOR, _SCORE, f"argv runs uvicorn, and {asked} asks for {workers} workers")
    return Claim(Role.WORKER, _SCORE, "argv runs uvicorn in a single process")


_YES = ("1", "true", "True", "yes", "on", "t", "y")


def _runs_uvicorn(process: Process) -> bool:
    if process.runs_script("uvicorn") or process.runs_module("uvicorn"):
        return True
    is_fastapi = process.runs_script("fastapi") or process.runs_module("fastapi")
    return is_fastapi and process.has_flag("run", "dev")


def _is_fastapi_dev(process: Process) -> bool:
    is_fastapi = process.runs_script("fastapi") or process.runs_module("fastapi")
    return is_fastapi and process.has_flag("dev") and not process.has_flag("--no-reload")


def in_flight(frame: FrameType | None, _: Collection[FrameType]) -> int | None:
    """Count the tasks of the server, one for each request or web socket."""
    server = local_of(frames_of(frame, "uvicorn.server"), "self", "run")
    tasks = getattr(getattr(server, "server_state", None), "tasks", None)
    return None if tasks is None else len(tasks)


_LEASE = 5.0
"""Seconds for which the parent believes that a worker lives after its last word."""


def calm(frame: FrameType | None) -> Calm | None:
    """Have the parent asked, if this is a spawned child: one held at birth has no thread yet that answers."""
    mains = (main for main in frames_of(frame, "__main__") if main.f_code.co_name == "<module>")
    is_spawned = any("spawn_main" in main.f_code.co_names for main in mains)
    return Calm(asks_parent=True) if is_spawned else None


def calm_child(frame: FrameType, pid: int) -> Calm | None:
    """Have the health check of a worker pass for as long as it says that it stands still."""
    module = sys.modules.get("uvicorn.supervisors.multiprocess")
    supervisor = local_of(frames_of(frame, "uvicorn.supervisors.multiprocess"), "self", "run")
    worker = next((one for one in getattr(supervisor, "processes", []) if one.pid == pid), None)
    if worker is None:
        return None
    clock: Callable[[], float] = vars(module)["time"].monotonic

    def keep() -> None:
        if "ping" not in vars(worker):
            worker.ping = _Believing(worker, clock)
            # A real ping may be waiting for its answer; the parent has the worker's end of the pipe too.
            worker.child_conn.send(obj=False)
        worker.ping.until = clock() + _LEASE

    def release() -> None:
        worker.ping.until = 0.0

    return Calm(keep, release)


class _Believing:
    """A ping that succeeds for as long as a worker says that it stands still, then is the real one."""

    def __init__(self, worker: Any, clock: Callable[[], float]) -> None:
        self.until = 0.0
        self._worker = worker
        self._clock = clock

    def __call__(self, timeout: float = 5) -> bool:
        if self._clock() < self.until:
            return True
        worker = self._worker
        vars(worker).pop("ping", None)
        while worker.parent_conn.poll(0):  # answers to earlier pings, which would hide that this one has none
            worker.parent_conn.recv()
        return bool(worker.ping(timeout))


SERVER = Server(
    "uvicorn",
    claim=claim,
    calm=calm,
    calm_child=calm_child,
    in_flight=in_flight,
    distribution="uvicorn",
    environ=("WEB_CONCURRENCY", "UVICORN_WORKERS", "UVICORN_RELOAD"),
)
