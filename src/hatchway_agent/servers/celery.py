"""Celery: a worker's pool of processes, threads or none, and the beat that sends what is due.

## What works
`celery -A app worker` with the pools `prefork`, `threads` and `solo`, and `celery -A app beat`. The
processes of `prefork` are called `ForkPoolWorker-1` as in Celery's log; a process that replaces another
stops on its first task.

## What keeps a paused worker alive
Time limits, soft and hard, are kept by the parent of the pool. While a process of the pool is paused, it
asks its parent to put off the limits of that process's task; afterwards they run again, from their
beginning.

## What to know
The limits of other tasks go on. With the pools `threads` and `solo` Celery has no time limits. While the
process with `solo` is paused, it sends its broker no heartbeat, and a broker that asks for one (RabbitMQ)
hangs up; a task is delivered again where acknowledgement is late. `visibility_timeout` of Redis is an hour.
The pool is read from the command line and `CELERY_WORKER_POOL`; one that only the configuration names is
taken for `prefork`. Tasks run in the pool's processes but are imported in its parent: with `--wait`, that
is where code at import time is stopped in.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.servers import Calm, Claim, Role, Server, count_in, frames_of, local_of, stands_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import FrameType

    from hatchway_agent.servers import Process

_SCORE = 90
_ONE_PROCESS = ("solo", "threads", "gevent", "eventlet")


def claim(process: Process) -> Claim | None:
    """Claim the commands that run tasks or send them, and what the parent of a pool has forked."""
    command = _command(process)
    if command is None:
        return None
    parent = process.parent
    if not process.forked:
        return _by_command(process, command)
    if parent is None or _command(parent) is None:
        return Claim(Role.WORKER, 60, "forked by a celery that is gone")
    if not parent.forked and command == "worker" and _by_command(parent, command).role is Role.SUPERVISOR:
        return Claim(Role.WORKER, _SCORE, "forked by the parent of a celery pool")
    return None  # what a task forks is the application's own affair


def _by_command(process: Process, command: str) -> Claim:
    if command == "beat":
        return Claim(Role.BEAT, _SCORE, "argv runs celery beat")
    if command != "worker":
        return Claim(Role.HELPER, _SCORE, "argv runs a celery command that runs no task")
    pool = process.option("-P", "--pool") or process.environ.get("CELERY_WORKER_POOL") or "prefork"
    if pool in _ONE_PROCESS:
        return Claim(Role.WORKER, _SCORE, f"argv runs a celery worker with the pool {pool}")
    what = "argv runs a celery worker, the parent of its pool"
    return Claim(Role.SUPERVISOR, _SCORE, what, imports_app=True)


_COMMANDS = ("worker", "beat")


def _command(process: Process) -> str | None:
    """Return which command of Celery's it is; an option's value that looks like one is hardly expected."""
    if not (process.runs_script("celery") or process.runs_module("celery")):
        return None
    return next((word for word in process.words[1:] if word in _COMMANDS), "")


def worker_title(frame: FrameType | None) -> str | None:
    """Find the name that billiard has given the process: `ForkPoolWorker-2`."""
    process = local_of(frames_of(frame, "billiard.process"), "self", "_bootstrap")
    name = getattr(process, "_name", None)
    return name if isinstance(name, str) else None


def in_flight(frame: FrameType | None, frames: Collection[FrameType]) -> int | None:
    """Count the tasks that run: a process of a pool runs one, elsewhere the worker keeps a list of them."""
    if stands_in(frame, "billiard"):
        return count_in(frames, "celery.app.trace", "trace_task")
    active = getattr(sys.modules.get("celery.worker.state"), "active_requests", None)
    is_worker = stands_in(frame, "celery.worker")
    return len(active) if is_worker and active is not None else None


def calm(frame: FrameType | None) -> Calm | None:
    """Have the parent asked, if this is a process of a pool: the limits are kept there."""
    is_pooled = stands_in(frame, "billiard")
    return Calm(asks_parent=True) if is_pooled else None


def calm_child(frame: FrameType, pid: int) -> Calm | None:
    """Have the time of a paused process's task begin anew, by the clock that billiard goes by."""
    controller = local_of(frames_of(frame, "celery.worker.worker"), "self", "start")
    pool = getattr(getattr(controller, "pool", None), "_pool", None)
    clock = getattr(sys.modules.get("billiard.pool"), "monotonic", None)
    if pool is None or clock is None:
        return None

    def keep() -> None:
        _put_off_timers(pool, clock)
        for job in pool._cache.copy().values():
            if job._worker_pid == pid and job._time_accepted is not None:
                job._time_accepted = clock()
        for process in getattr(pool, "_waiting_to_start", set()).copy():
            if process.pid == pid:  # it is held at its birth, and would be killed after four seconds
                pool._waiting_to_start.discard(process)

    return Calm(keep=keep)


def _put_off_timers(pool: Any, clock: Callable[[], float]) -> None:
    """Have a pool's timers, once due, go by when a task's time began; without a loop, billiard does so.

    The two functions are looked up and called in the parent's loop, so what they do is safe there.
    """
    get_loop = getattr(sys.modules.get("kombu.asynchronous"), "get_event_loop", None)
    if get_loop is None or hasattr(pool.on_hard_timeout, "put_off") or not hasattr(pool, "_tref_for_id"):
        return

    def patient(act: Callable[[Any], object], limit: str) -> Callable[[Any], None]:
        def act_if_due(job: Any) -> None:
            left = job._time_accepted + getattr(job, limit) - clock()
            if left <= 0:
                act(job)
            elif not job.ready():
                get_loop().call_later(left, act_if_due, job)

        act_if_due.put_off = True  # type: ignore[attr-defined]
        return act_if_due

    pool.on_soft_timeout = patient(pool.on_soft_timeout, "_soft_timeout")
    pool.on_hard_timeout = patient(pool.on_hard_timeout, "_timeout")


SERVER = Server(
    "celery",
    claim=claim,
    distribution="celery",
    calm=calm,
    calm_child=calm_child,
    worker_title=worker_title,
    in_flight=in_flight,
    environ=("CELERY_WORKER_POOL",),
)
