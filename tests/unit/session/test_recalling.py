"""A pause or step that nobody waits for any more is taken back, and what it leads to is not shown."""

from typing import Any

import pytest


@pytest.fixture
def idle(stage: Any) -> tuple[Any, Any, int]:
    """An editor and a terminal that has paused the one worker, which runs no Python just now."""
    stage.begin("vscode", 3)
    stage.worker = stage.join(1, runs_python=False)
    terminal = stage.another()
    terminal.begin("hatchway")
    thread = stage.thread_of(stage.worker)
    terminal.ask("pause", threadId=thread)
    return stage, terminal, thread


@pytest.mark.parametrize("how", ["disconnect", "cut", "taken", "continue"])
def test_a_pause_is_taken_back_when_its_client_waits_no_more(idle: tuple[Any, Any, int], how: str) -> None:
    stage, terminal, thread = idle
    if how == "disconnect":
        terminal.ask("disconnect")
    elif how == "cut":
        terminal.leaves()
    elif how == "taken":
        stage.ask("hatchwayTakeControls")
    else:
        terminal.ask("continue", threadId=thread)
    assert stage.worker.last("continue") == {"threadId": 1, "singleThread": True}

    # It was about to stop as it was told; what pydevd calls that depends on how far it had come.
    for reason in ("pause", "step"):
        stage.stop(stage.worker, reason=reason)
        assert stage.worker.last("continue") == {"threadId": 1, "singleThread": True}
    assert len(stage.worker.asked("continue")) == 3
    assert (stage.stops(), terminal.stops()) == ([], [])
    assert stage.session.snapshot().stops == ()
    stage.stop(stage.worker)
    assert stage.stops() + terminal.stops() == [thread], "a breakpoint's stop is shown"


def test_who_leaves_while_it_stands_paused_lets_it_run_on(idle: tuple[Any, Any, int]) -> None:
    stage, terminal, thread = idle
    stage.stop(stage.worker, reason="pause")
    assert terminal.stops() == [thread]
    terminal.ask("disconnect")
    assert stage.worker.last("continue") == {"threadId": 1, "singleThread": True}
    assert stage.stops() == []


def test_a_pause_of_somebody_else_stays_when_a_client_leaves(idle: tuple[Any, Any, int]) -> None:
    stage, terminal, thread = idle
    stage.stop(stage.worker, reason="pause")
    stage.ask("hatchwayTakeControls")
    stage.ask("disconnect")
    assert stage.worker.asked("continue") == []
    assert terminal.stops() == [thread, thread]


def test_a_pause_of_all_is_taken_back_in_each_thread(stage: Any) -> None:
    stage.begin("vscode")
    workers = [stage.join(number, runs_python=False, threads={1: "a", 2: "b"}) for number in (1, 2)]
    stage.ask("pause", threadId=4711)
    stage.stop(workers[0], 2, reason="pause")
    stage.another().begin("hatchway")
    stage.ask("disconnect")
    assert sorted(one["threadId"] for one in workers[0].asked("continue")) == [1, 2]
    assert sorted(one["threadId"] for one in workers[1].asked("continue")) == [1, 2]


def test_a_step_that_does_not_end_is_taken_back_too(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(1, steps_end=False)
    terminal = stage.another()
    terminal.begin("hatchway")
    terminal.ask("hatchwayTakeControls")
    stage.stop(worker)
    terminal.ask("next", threadId=terminal.stops()[0])
    terminal.ask("disconnect")
    assert len(worker.asked("continue")) == 1
    stage.stop(worker, reason="step")
    assert stage.stops() == []


def test_a_new_pause_is_shown_after_one_that_was_taken_back(idle: tuple[Any, Any, int]) -> None:
    stage, terminal, thread = idle
    terminal.ask("continue", threadId=thread)
    terminal.ask("pause", threadId=thread)
    stage.stop(stage.worker, reason="pause")
    assert terminal.stops() == [thread]


def test_an_editor_that_restarts_takes_its_pause_back(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(1, runs_python=False)
    stage.ask("pause", threadId=stage.thread_of(worker))
    stage.ask("disconnect", restart=True)
    stage.leaves()
    assert len(worker.asked("continue")) == 1
    stage.stop(worker, reason="pause")
    stage.begin("vscode", 3)
    assert stage.stops() == []
