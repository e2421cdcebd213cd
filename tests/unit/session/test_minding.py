"""What is said when something befalls a container in which a thread is parked."""

from typing import Any

from hatchway.model import Trouble
from hatchway.session.events import Announce, ContainerTroubled

HERE = "c1"


def befall(stage: Any, trouble: Trouble, what: str = "web-1 did it", container: str = HERE) -> list[str]:
    """Let it happen, and return what the terminal shows; the editor must be told the same."""
    before = len(stage.events("output"))
    shown = [
        output.text
        for output in stage.feed(ContainerTroubled(container, trouble, what))
        if isinstance(output, Announce)
    ]
    told = stage.events("output")[before:]
    assert told == [{"category": "important", "output": f"hatchway: {text}\n"} for text in shown]
    return shown


def test_a_trouble_is_said_once_while_a_thread_is_parked_there(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    assert befall(stage, Trouble.FAILING) == [], "nothing is paused"
    stage.stop(worker)
    assert befall(stage, Trouble.FAILING, container="another") == []
    (said,) = befall(stage, Trouble.FAILING, "web-1 fails its health check")
    assert said.startswith("web-1 fails its health check while web/23 is paused: ")
    assert befall(stage, Trouble.FAILING) == []
    assert len(befall(stage, Trouble.UNHEALTHY)) == 1, "that is another trouble"


def test_a_pause_after_a_pause_is_not_said_again_but_to_another_editor(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    assert len(befall(stage, Trouble.FAILING)) == 1
    stage.ask("continue", threadId=stage.thread_of(worker))
    stage.stop(worker)
    assert befall(stage, Trouble.FAILING) == []
    stage.ask("disconnect", restart=True)
    stage.leaves()
    stage.begin()
    stage.stop(worker)
    assert len(befall(stage, Trouble.FAILING)) == 1


def test_several_paused_workers_are_counted(stage: Any) -> None:
    stage.begin()
    for pid in (23, 24, 25):
        stage.stop(stage.join(pid))
    (said,) = befall(stage, Trouble.ENDING)
    assert "while web/23 (and 2 more) is paused" in said


def test_an_end_is_said_also_if_the_worker_was_lost_before(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    stage.leave(worker)
    assert befall(stage, Trouble.ENDING) == [], "nobody can continue it any more"
    (said,) = befall(stage, Trouble.ENDED, "web-1 was ended from outside (SIGKILL)")
    assert said.startswith("web-1 was ended from outside (SIGKILL) while web/23 was paused: ")
    assert befall(stage, Trouble.ENDED) == []


def test_an_end_long_after_a_loss_is_no_matter_of_it(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    stage.leave(worker)
    stage.wait(10)
    assert befall(stage, Trouble.ENDED) == []


def test_the_next_life_of_a_container_has_its_own_troubles(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    assert len(befall(stage, Trouble.FAILING)) == 1
    assert len(befall(stage, Trouble.ENDED)) == 1
    stage.leave(worker)
    stage.stop(stage.join(7))
    assert len(befall(stage, Trouble.FAILING)) == 1
