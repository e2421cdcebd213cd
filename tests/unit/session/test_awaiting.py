"""Workers that were rung and have not dialled in: what waits for them, and how long."""

from typing import Any

import pytest

from hatchway.model import WorkerKey
from hatchway.session.events import DropWorker, Summon, WorkersAwaited

LINE = 5


def key(pid: int) -> WorkerKey:
    return WorkerKey("c1", pid, f"birth{pid}")


def verified(stage: Any) -> list[bool]:
    """What the editor was told of its breakpoint by events, in order."""
    return [body["breakpoint"]["verified"] for body in stage.events("breakpoint")]


@pytest.fixture
def rung(stage: Any) -> Any:
    """A session whose one worker is in and whose other one was rung."""
    stage.begin("vscode", LINE)
    first = stage.join(23)
    stage.feed(WorkersAwaited(first.key.container, (key(24),)))
    return stage


def test_a_breakpoint_is_armed_only_when_all_that_were_rung_are_in(stage: Any) -> None:
    stage.begin("vscode", LINE)
    stage.feed(WorkersAwaited("c1", (key(23), key(24))))
    stage.join(23)
    assert True not in verified(stage)
    stage.join(24)
    assert verified(stage)[-1:] == [True]


def test_one_that_sleeps_beyond_reach_is_not_waited_for_longer_than_three_seconds(stage: Any) -> None:
    stage.begin("vscode", LINE)
    stage.feed(WorkersAwaited("c1", (key(99),)))
    stage.join(23)
    stage.wait(2.9)
    assert True not in verified(stage)
    stage.wait(0.2)
    assert verified(stage)[-1:] == [True]


def test_one_that_dies_on_the_way_is_not_waited_for(stage: Any) -> None:
    stage.begin("vscode", LINE)
    stage.feed(WorkersAwaited("c1", (key(99),)))
    stage.join(23)
    stage.feed(WorkersAwaited("c1", ()))
    assert verified(stage)[-1:] == [True]


def test_what_was_armed_stays_so_while_another_service_comes(rung: Any) -> None:
    assert verified(rung) == [True], "the second was rung after the first was armed"


def test_threads_asked_right_after_the_attach_wait_for_the_workers(stage: Any) -> None:
    stage.begin()
    stage.feed(WorkersAwaited("c1", (key(23),)))
    asked = stage.send("threads")
    stage.wait(0.3)
    assert stage.answers(asked) == []
    worker = stage.join(23)
    stage.wait(0.1)
    assert [thread["name"] for thread in stage.answer(asked)["body"]["threads"]] == ["web/23 MainThread"]
    assert len(worker.asked("threads")) == 1


def test_threads_wait_for_a_sleeping_worker_no_longer_than_a_second(stage: Any) -> None:
    stage.begin()
    stage.feed(WorkersAwaited("c1", (key(99),)))
    asked = stage.send("threads")
    stage.wait(1.1)
    assert stage.answer(asked)["body"] == {"threads": []}


def test_an_editor_that_comes_back_at_once_has_its_workers_rung_when_the_old_ones_have_gone(
    stage: Any,
) -> None:
    stage.begin("vscode", LINE)
    worker = stage.join(23)
    worker.silent.add("disconnect")
    stage.ask("disconnect")
    stage.leaves()
    summons = stage.did(Summon)
    stage.begin("vscode", LINE)
    assert stage.did(Summon) == summons, "rung now, it would not come"
    stage.wait(1.1)
    assert stage.did(DropWorker) == 1
    assert stage.did(Summon) == summons + 1
