"""What the gunicorn file finds on a worker's stack."""

import sys
from types import FrameType, SimpleNamespace
from typing import Any

import pytest

from hatchway_agent.servers.gunicorn import SERVER

base = pytest.importorskip("gunicorn.workers.base")
assert SERVER.calm
assert SERVER.worker_number


class SlowWorker(base.Worker):  # type: ignore[misc]
    """A worker class as users write it, built without an arbiter."""

    def __init__(self) -> None:
        """Be the seventh worker of an arbiter."""
        self.age = 7
        self.beats = 0
        self.tmp = SimpleNamespace(notify=self.beat)

    def beat(self) -> None:
        self.beats += 1


def frame_below(owner: object, module: str) -> FrameType:
    """Return a frame of ours, called by a method of `owner` in a module of that name."""
    namespace: dict[str, Any] = {"__name__": module}
    exec("def init_process(self, call): return call()", namespace)  # only so is it a function of that module
    frame: FrameType = namespace["init_process"](owner, sys._getframe)
    return frame


def test_the_heartbeat_is_that_of_the_worker_on_the_stack() -> None:
    worker = SlowWorker()
    calm = SERVER.calm(frame_below(worker, "gunicorn.workers.base"))
    assert calm is not None
    calm.keep()
    assert worker.beats == 1


def test_the_number_is_the_workers_age() -> None:
    assert SERVER.worker_number(frame_below(SlowWorker(), "gunicorn.workers.base")) == 7


def test_a_worker_that_is_forked_and_not_yet_run_is_found_in_the_arbiters_frame() -> None:
    worker = SlowWorker()
    namespace: dict[str, Any] = {"__name__": "gunicorn.arbiter"}
    exec("def spawn_worker(worker, call): return call()", namespace)
    assert SERVER.worker_number(namespace["spawn_worker"](worker, sys._getframe)) == 7


def test_an_arbiters_stack_has_no_worker() -> None:
    frame = frame_below(SimpleNamespace(age=1), "gunicorn.arbiter")
    assert SERVER.calm(frame) is None
    assert SERVER.worker_number(frame) is None


def test_frames_of_the_application_are_not_looked_into() -> None:
    assert SERVER.calm(frame_below(SlowWorker(), "app")) is None


def test_a_worker_that_is_not_built_yet_has_no_heartbeat() -> None:
    worker = SlowWorker()
    del worker.tmp, worker.age
    frame = frame_below(worker, "gunicorn.workers.base")
    assert SERVER.calm(frame) is None
    assert SERVER.worker_number(frame) is None
