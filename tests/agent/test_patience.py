"""What keeps the killers of Celery and uvicorn quiet in the parent, shown on stand-ins for their objects."""

import sys
from collections.abc import Callable
from types import FrameType, ModuleType, SimpleNamespace
from typing import Any

import pytest

from hatchway_agent.servers import celery, uvicorn

PAUSED, OTHER = 11, 12


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Loop:
    """An event loop of which only the timers are of interest."""

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], object]]] = []

    def call_later(self, delay: float, call: Callable[..., object], *args: object) -> None:
        self.timers.append((delay, lambda: call(*args)))


def frame_below(module: str, function: str, owner: object) -> FrameType:
    """Return a frame of ours, called by that function of a module of that name."""
    namespace: dict[str, Any] = {"__name__": module}
    exec(f"def {function}(self, call): return call()", namespace)
    frame: FrameType = namespace[function](owner, sys._getframe)
    return frame


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Loop:
    """Celery's loop and clock, where the server file looks for them."""
    loop = Loop()
    for name, content in (("billiard.pool", clock), ("kombu.asynchronous", lambda: loop)):
        module = ModuleType(name)
        vars(module).update(monotonic=content, get_event_loop=content)
        monkeypatch.setitem(sys.modules, name, module)
    return loop


class Unready:
    """A process that has not said yet that it is up."""

    def __init__(self, pid: int) -> None:
        self.pid = pid


class Pool:
    """A pool with a task in each of two processes, both begun at 100 s, with a limit of 3 s."""

    def __init__(self) -> None:
        self.killed: list[int] = []
        self._waiting_to_start = {Unready(PAUSED), Unready(OTHER)}
        self._tref_for_id: dict[int, object] = {}
        self._cache = {pid: self.job(pid) for pid in (PAUSED, OTHER)}
        self.on_soft_timeout = self.on_hard_timeout = self.kill

    def job(self, pid: int) -> Any:
        return SimpleNamespace(
            _worker_pid=pid, _time_accepted=100.0, _timeout=3.0, _soft_timeout=None, ready=lambda: False
        )

    def kill(self, job: Any) -> None:
        self.killed.append(job._worker_pid)


@pytest.fixture
def pool(loop: Loop) -> Pool:
    del loop
    return Pool()


def keep_celery_quiet(pool: Pool) -> None:
    controller = SimpleNamespace(pool=SimpleNamespace(_pool=pool))
    calm = celery.calm_child(frame_below("celery.worker.worker", "start", controller), PAUSED)
    assert calm is not None
    assert calm.keep is not None
    calm.keep()


def test_the_time_of_a_paused_task_begins_anew_and_that_of_others_goes_on(pool: Pool, clock: Clock) -> None:
    clock.now = 102.0
    keep_celery_quiet(pool)
    assert [job._time_accepted for job in pool._cache.values()] == [102.0, 100.0]


def test_a_process_held_at_its_birth_is_not_missed(pool: Pool) -> None:
    keep_celery_quiet(pool)
    assert {process.pid for process in pool._waiting_to_start} == {OTHER}


def test_a_timer_of_a_paused_task_is_put_off_by_what_is_left(pool: Pool, clock: Clock, loop: Loop) -> None:
    clock.now = 102.0
    keep_celery_quiet(pool)
    clock.now = 103.0
    pool.on_hard_timeout(pool._cache[PAUSED])
    pool.on_hard_timeout(pool._cache[OTHER])
    assert pool.killed == [OTHER]
    ((delay, again),) = loop.timers
    assert delay == 2.0
    clock.now = 105.0
    again()
    assert pool.killed == [OTHER, PAUSED], "nobody has kept it quiet since"


def test_a_parent_that_runs_no_pool_has_nothing_to_keep_quiet() -> None:
    assert celery.calm_child(sys._getframe(), PAUSED) is None
    assert uvicorn.calm_child(sys._getframe(), PAUSED) is None


class Checked:
    """A worker as uvicorn's parent has it, which answers no ping."""

    def __init__(self) -> None:
        self.pid = PAUSED
        self.said: list[object] = []
        self.child_conn = SimpleNamespace(send=lambda obj: self.said.append(obj))  # noqa: PLW0108 - by name
        self.parent_conn = SimpleNamespace(poll=lambda _: bool(self.said), recv=self.said.pop)

    def ping(self, timeout: float = 5) -> bool:
        assert not self.said, "an old answer would be taken for a new one"
        return timeout < 0


def test_a_worker_that_stands_still_passes_uvicorns_check_until_its_word_is_old(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    module = ModuleType("uvicorn.supervisors.multiprocess")
    vars(module)["time"] = SimpleNamespace(monotonic=clock)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    worker = Checked()
    supervisor = SimpleNamespace(processes=[worker])
    calm = uvicorn.calm_child(frame_below(module.__name__, "run", supervisor), PAUSED)
    assert calm is not None
    assert calm.keep is not None
    calm.keep()
    assert worker.said == [False], "a ping that was waiting already is answered"
    clock.now += 4.0
    assert worker.ping()
    calm.keep()
    clock.now += 4.0
    assert worker.ping()
    clock.now += 2.0
    assert not worker.ping()
    assert "ping" not in vars(worker)
