"""Which of several stopped workers the editor is shown, and when the next one."""

from typing import Any

import pytest


def two_stopped(stage: Any, client: str, **attach: Any) -> list[Any]:
    stage.begin(client, **attach)
    workers = [stage.join(23), stage.join(24)]
    for worker in workers:
        stage.stop(worker)
    return workers


def test_vscode_sees_every_stop_at_once(stage: Any) -> None:
    first, second = two_stopped(stage, "vscode")
    assert stage.stops() == [stage.thread_of(first), stage.thread_of(second)]


def test_helix_can_leave(stage: Any) -> None:
    assert stage.ask("initialize", clientID="hx")["supportsTerminateRequest"] is True
    stage.ask("attach")
    stage.ask("configurationDone")
    stage.ask("terminate", restart=False)
    assert len(stage.events("terminated")) == 1


def test_helix_has_no_thread_current_when_one_stops(stage: Any) -> None:
    stage.begin("hx", 3)
    stage.join(23)
    stage.join(24)
    news = [m for m in stage.heard if m.get("event") in {"thread", "continued"}]
    first, second = (m["body"]["threadId"] for m in news[::2])
    told = [(m["event"], m["body"]["threadId"]) for m in news]
    assert told == [("thread", first), ("continued", first), ("thread", second), ("continued", second)]


@pytest.mark.parametrize("client", ["neovim", "hx", "dape", ""])
def test_all_others_see_the_second_stop_when_the_first_thread_runs_on(stage: Any, client: str) -> None:
    first, second = two_stopped(stage, client)
    assert stage.stops() == [stage.thread_of(first)]
    seq = stage.send("continue", threadId=stage.thread_of(first))
    assert stage.stops() == [stage.thread_of(first), stage.thread_of(second)]
    kinds = [m.get("request_seq") or m.get("event") for m in stage.heard]
    assert kinds.index(seq) < len(kinds) - 1 - kinds[::-1].index("stopped"), "the answer comes first"


@pytest.mark.parametrize(("client", "view", "shown"), [("vscode", "queue", 1), ("neovim", "direct", 2)])
def test_the_attach_arguments_override_the_view(stage: Any, client: str, view: str, shown: int) -> None:
    two_stopped(stage, client, hatchway={"stopView": view})
    assert len(stage.stops()) == shown


def test_a_malformed_view_leaves_the_default(stage: Any) -> None:
    two_stopped(stage, "neovim", hatchway={"stopView": ["direct"]})
    assert len(stage.stops()) == 1


def test_a_step_that_ends_in_a_stop_keeps_the_thread_shown(stage: Any) -> None:
    first, _ = two_stopped(stage, "neovim")
    stage.ask("next", threadId=stage.thread_of(first))
    stage.wait(2)
    assert stage.stops() == [stage.thread_of(first)] * 2
    assert stage.events("stopped")[-1]["reason"] == "step"


def test_a_step_that_does_not_end_soon_lets_the_next_stop_be_shown(stage: Any) -> None:
    first, second = two_stopped(stage, "neovim")
    first.steps_end = False
    stage.ask("next", threadId=stage.thread_of(first))
    stage.wait(0.4)
    assert stage.stops() == [stage.thread_of(first)]
    stage.wait(0.2)
    assert stage.stops() == [stage.thread_of(first), stage.thread_of(second)]


def test_a_step_that_ends_late_waits_for_its_turn(stage: Any) -> None:
    first, second = two_stopped(stage, "neovim")
    first.steps_end = False
    stage.ask("next", threadId=stage.thread_of(first))
    stage.wait(1)
    stage.stop(first, reason="step")
    assert stage.stops()[-1] == stage.thread_of(second)
    stage.ask("continue", threadId=stage.thread_of(second))
    assert stage.stops()[-1] == stage.thread_of(first)


def test_the_shown_worker_leaving_shows_the_next_one_and_never_its_own_second_thread(stage: Any) -> None:
    stage.begin("neovim")
    dying, other = stage.join(23), stage.join(24)
    dying.threads[2] = "pool"
    for worker, thread in [(dying, 1), (dying, 2), (other, 1)]:
        stage.stop(worker, thread)
    gone = [stage.thread_of(dying, 1), stage.thread_of(dying, 2)]
    stage.leave(dying)
    assert stage.stops() == [gone[0], stage.thread_of(other)]
    exited = [body["threadId"] for body in stage.events("thread") if body["reason"] == "exited"]
    assert exited == gone


def test_threads_of_others_begin_and_end_unheard_while_a_stop_is_shown(stage: Any) -> None:
    stage.begin("neovim")
    first, second = stage.join(23), stage.join(24)
    stage.stop(first)
    before = len(stage.events("thread"))
    stage.says(second, second.event("thread", reason="started", threadId=7))
    stage.says(second, second.event("thread", reason="exited", threadId=7))
    stage.says(second, second.event("thread", reason="started", threadId=8))
    assert len(stage.events("thread")) == before
    stage.ask("continue", threadId=stage.thread_of(first))
    assert [body["reason"] for body in stage.events("thread")[before:]] == ["started"]


def test_vscode_hears_of_threads_at_once(stage: Any) -> None:
    first, second = two_stopped(stage, "vscode")
    before = len(stage.events("thread"))
    stage.says(second, second.event("thread", reason="started", threadId=7))
    assert len(stage.events("thread")) == before + 1
    assert first.key != second.key


def test_a_thread_that_runs_on_by_itself_is_said_to(stage: Any) -> None:
    first, _ = two_stopped(stage, "vscode")
    thread = stage.thread_of(first)
    stage.says(first, first.event("continued", threadId=1, allThreadsContinued=True))
    assert stage.events("continued") == [{"threadId": thread, "allThreadsContinued": False}]


def test_a_hidden_stop_that_runs_on_by_itself_is_never_shown(stage: Any) -> None:
    first, second = two_stopped(stage, "neovim")
    stage.says(second, second.event("continued", threadId=1))
    stage.ask("continue", threadId=stage.thread_of(first))
    assert stage.stops() == [stage.thread_of(first)]
    assert stage.events("continued") == []


def test_a_continue_that_the_worker_refuses_leaves_the_stop_shown(stage: Any) -> None:
    first, _ = two_stopped(stage, "neovim")
    first.on_continue = lambda _: {"failure": "not now"}
    assert stage.refusal("continue", threadId=stage.thread_of(first)) == "not now"
    assert len(stage.stops()) == 1
    assert stage.session.snapshot().stops[0].shown


def test_a_thread_that_stops_again_before_its_continue_is_answered_stays_shown(stage: Any) -> None:
    first, _ = two_stopped(stage, "neovim")
    first.on_continue = lambda _: [first.event("continued", threadId=1), first.stopped(1), {}]
    thread = stage.thread_of(first)
    seq = stage.send("continue", threadId=thread)
    assert stage.stops() == [thread, thread]
    assert [m.get("request_seq", m.get("event")) for m in stage.heard][-2:] == [seq, "stopped"]
    assert stage.ask("stackTrace", threadId=thread)["stackFrames"]


def test_pausing_a_thread_pauses_no_other(stage: Any) -> None:
    stage.begin()
    worker, other = stage.join(23), stage.join(24)
    stage.ask("threads")
    stage.ask("pause", threadId=stage.thread_of(worker))
    assert worker.last("pause") == {"threadId": 1}
    assert other.asked("pause") == []


def test_pausing_no_thread_in_particular_pauses_all(stage: Any) -> None:
    stage.begin()
    workers = [stage.join(23), stage.join(24)]
    stage.ask("pause", threadId=0)
    assert [worker.last("pause")["threadId"] for worker in workers] == ["*", "*"]
    assert len(stage.stops()) == 2


def test_pausing_a_thread_that_ended_pauses_nothing(stage: Any) -> None:
    stage.begin()
    worker, other = stage.join(23), stage.join(24)
    ended = stage.thread_of(worker)
    stage.leave(worker)
    assert "is gone" in stage.refusal("pause", threadId=ended)
    assert other.asked("pause") == []
