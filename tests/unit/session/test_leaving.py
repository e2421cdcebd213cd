"""The editor goes, comes back, or does not."""

from typing import Any

from hatchway.session.events import CloseEditor, Dismiss, DropWorker


def restart(stage: Any) -> None:
    stage.ask("disconnect", restart=True)
    stage.leaves()


def test_an_editor_that_vanishes_lets_every_worker_go(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    stage.leaves()
    assert worker.last("disconnect") == {"terminateDebuggee": False}
    assert (stage.did(Dismiss), stage.did(DropWorker), stage.did(CloseEditor)) == (1, 1, 0)


def test_a_restart_keeps_the_workers_and_lets_the_parked_run(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(23)
    stage.stop(worker)
    restart(stage)
    assert worker.last("continue") == {"threadId": 1, "singleThread": True}
    assert worker.asked("disconnect") == []
    assert stage.did(CloseEditor) == 1
    stage.wait(4)
    stage.begin("vscode", 3)
    stage.wait(60)
    assert stage.did(DropWorker) == 0


def test_a_stop_during_the_restart_is_shown_to_the_next_session(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(23)
    restart(stage)
    stage.stop(worker)
    assert stage.events("stopped") == []
    stage.begin("vscode", 3)
    assert stage.stops() == [stage.thread_of(worker)]


def test_a_worker_born_during_the_restart_stops_like_the_others(stage: Any) -> None:
    stage.begin("vscode", 3)
    restart(stage)
    worker = stage.join(23)
    assert worker.last("setBreakpoints")["breakpoints"] == [{"line": 3}]
    assert len(worker.asked("configurationDone")) == 1


def test_an_editor_that_does_not_come_back_in_time_lets_every_worker_go(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    restart(stage)
    stage.wait(4.9)
    assert worker.asked("disconnect") == []
    stage.wait(0.2)
    assert len(worker.asked("disconnect")) == stage.did(Dismiss) == stage.did(DropWorker) == 1


def test_a_stranger_that_connects_and_goes_does_not_end_the_grace(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    restart(stage)
    stage.leaves()
    assert worker.asked("disconnect") == []


def test_sources_the_next_editor_does_not_send_again_are_cleared(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.set_breakpoints(3, path="/srv/old.py")
    stage.set_breakpoints(3, path="/srv/both.py")
    stage.ask("setExceptionBreakpoints", filters=["raised"])
    restart(stage)
    worker.requests.clear()
    stage.ask("initialize")
    stage.ask("attach")
    stage.set_breakpoints(3, path="/srv/both.py")
    assert worker.asked("setExceptionBreakpoints") == []
    stage.ask("configurationDone")
    assert worker.last("setBreakpoints") == {"source": {"path": "/srv/old.py"}, "breakpoints": []}
    assert worker.last("setExceptionBreakpoints")["filters"] == []


def test_a_setting_changed_over_a_restart_reaches_the_workers_that_stayed(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    restart(stage)
    stage.begin()
    assert len(worker.asked("attach")) == 1
    restart(stage)
    stage.begin("vscode", justMyCode=False)
    assert [arguments["justMyCode"] for arguments in worker.asked("attach")] == [True, False]


def test_handles_go_on_counting_in_the_next_session(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    (frame,) = stage.ask("stackTrace", threadId=stage.stops()[-1])["stackFrames"]
    restart(stage)
    stage.begin()
    stage.stop(worker)
    assert "is no more" in stage.refusal("scopes", frameId=frame["id"])
    (again,) = stage.ask("stackTrace", threadId=stage.stops()[-1])["stackFrames"]
    assert again["id"] > frame["id"]


def test_what_the_last_editor_asked_is_not_answered_to_the_next(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23, silent={"threads"})
    seq = stage.send("threads")
    restart(stage)
    stage.begin()
    stage.says(worker, worker.respond(worker.requests[-1], {"threads": []}))
    stage.wait(20)
    assert stage.answers(seq) == []


def test_seq_begins_anew_for_each_editor(stage: Any) -> None:
    stage.begin()
    restart(stage)
    before = len(stage.heard)
    stage.begin()
    assert [message["seq"] for message in stage.heard[before:]] == [1, 2, 3, 4]


def test_terminate_detaches_and_kills_nothing(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.ask("terminate")
    assert worker.last("disconnect") == {"terminateDebuggee": False}
    assert len(stage.events("terminated")) == 1
    stage.ask("disconnect")
    assert stage.did(CloseEditor) == 1


def test_after_disconnect_everything_else_is_refused(stage: Any) -> None:
    stage.begin()
    stage.ask("disconnect")
    assert "over" in stage.refusal("threads")
    assert "over" in stage.refusal("initialize")
    stage.ask("disconnect")
    assert stage.did(CloseEditor) == 1


def test_a_worker_that_joins_after_all_were_dismissed_waits_for_the_next_editor(stage: Any) -> None:
    stage.begin()
    stage.ask("disconnect")
    stage.leaves()
    worker = stage.join(23)
    assert worker.requests == []
    stage.begin()
    assert len(worker.asked("configurationDone")) == 1
