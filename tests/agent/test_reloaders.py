"""What holds up a reloader while a thread is parked, shown on stand-ins for reloaders."""

import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from hatchway_agent.servers import Calm, Hold, django, werkzeug

Find = Callable[[FrameType | None], Calm | None]
Act = Callable[[], object]


class Stat:
    """A reloader that looks by itself."""

    def __init__(self) -> None:
        self.steps = 0

    def run_step(self) -> None:
        self.steps += 1

    def snapshot_files(self) -> list[str]:
        self.steps += 1
        return ["app.py"]


class Watching:
    """A reloader that another thread tells of changes, as Werkzeug's has it with watchdog."""

    def __init__(self) -> None:
        self.should_reload = threading.Event()

    def is_to_end(self) -> bool:
        return self.should_reload.wait(0)


class Serving:
    """Whether a request is being answered."""

    is_busy = False


def frame_below(module: str, function: str, owner: object) -> FrameType:
    """Return a frame of ours, called by that function of a module of that name."""
    namespace: dict[str, Any] = {"__name__": module}
    exec(f"def {function}(self, call): return call()", namespace)
    frame: FrameType = namespace[function](owner, sys._getframe)
    return frame


def calm_of(find: Find, frame: FrameType) -> tuple[Act, Act]:
    """Return what keeps the reloader from its step, and what lets it."""
    calm = find(frame)
    assert calm is not None
    assert calm.keep is not None
    assert calm.release is not None
    return calm.keep, calm.release


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Serving:
    serving = Serving()
    for server in (django, werkzeug):
        monkeypatch.setattr(server, "_count", lambda _: int(serving.is_busy))
    return serving


@pytest.mark.parametrize(
    ("find", "where", "step", "seen"),
    [
        (werkzeug.calm, ("werkzeug._reloader", "run"), "run_step", None),
        (django.calm, ("django.utils.autoreload", "run_loop"), "snapshot_files", ["app.py"]),
    ],
)
def test_no_step_is_taken_until_the_answer(
    find: Find, where: tuple[str, str], step: str, seen: object, serving: Serving
) -> None:
    reloader = Stat()
    keep, release = calm_of(find, frame_below(*where, reloader))
    for _ in range(20):
        keep()
        assert not getattr(reloader, step)()
    serving.is_busy = True
    release()
    assert not getattr(reloader, step)()
    assert reloader.steps == 0
    serving.is_busy = False
    assert getattr(reloader, step)() == seen
    assert reloader.steps == 1
    assert step not in vars(reloader), "nothing of ours is left"


def test_what_another_thread_noticed_is_taken_up_after_the_answer(serving: Serving) -> None:
    reloader = Watching()
    keep, release = calm_of(werkzeug.calm, frame_below("werkzeug._reloader", "run", reloader))
    own = reloader.should_reload
    for _ in range(2):
        keep()
        reloader.should_reload.set()
        assert not reloader.is_to_end()
    serving.is_busy = True
    release()
    assert not reloader.is_to_end()
    serving.is_busy = False
    assert reloader.is_to_end()
    assert reloader.should_reload is own, "nothing of ours is left"


def test_it_wears_off_if_nobody_keeps_it() -> None:
    reloader = Stat()
    hold = Hold(lambda _: 1)
    hold.keep()
    hold.hold(reloader, "run_step")
    for _ in range(Hold.MOST):
        reloader.run_step()
    assert reloader.steps == 0
    reloader.run_step()
    assert reloader.steps == 1


@pytest.mark.parametrize("find", [werkzeug.calm, django.calm])
def test_without_a_reloader_there_is_nothing_to_hold_up(find: Find) -> None:
    assert find(sys._getframe()) is None
    assert find(None) is None
