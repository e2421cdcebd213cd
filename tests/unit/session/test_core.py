"""The core as editors and workers meet it, from `initialize` to the last worker."""

from typing import Any

import pytest

from hatchway.session.events import CloseEditor, Dismiss, DropWorker, FromEditor, Summon


def test_a_worker_dying_while_asked_refuses_what_was_asked_of_it_alone_with_the_reason(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    worker.silent = {"stackTrace"}
    seq = stage.send("stackTrace", threadId=stage.stops()[0])
    assert stage.answers(seq) == []
    stage.leave(worker, "it was killed by signal 9")
    assert stage.answer(seq)["success"] is False
    assert stage.answer(seq)["message"] == "web/23 is gone: it was killed by signal 9"
    assert {"reason": "exited", "threadId": stage.stops()[0]} in stage.events("thread")


def test_a_worker_dying_while_all_are_asked_leaves_the_answer_to_the_others(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    dying = stage.join(24)
    dying.silent = {"threads"}
    seq = stage.send("threads")
    assert stage.answers(seq) == []
    stage.leave(dying)
    assert [thread["name"] for thread in stage.answer(seq)["body"]["threads"]] == ["web/23 MainThread"]


def test_initialized_comes_at_once_and_only_once_however_many_workers_join(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    stage.join(24)
    assert len(stage.events("initialized")) == 1


def test_attach_succeeds_without_a_worker_and_summons_them(stage: Any) -> None:
    stage.ask("initialize", clientID="vscode")
    assert stage.did(Summon) == 0
    stage.ask("attach")
    assert stage.did(Summon) == 1


def test_launch_is_refused_with_what_to_do_instead(stage: Any) -> None:
    stage.ask("initialize")
    assert '"request": "attach"' in stage.refusal("launch", program="app.py")


def test_a_breakpoint_stops_in_the_worker_that_hit_it_and_everything_is_looked_up_there(stage: Any) -> None:
    stage.begin("vscode", 3, pathMappings=[{"localRoot": "/home/me/app", "remoteRoot": "/srv"}])
    workers = [stage.join(pid) for pid in (23, 24)]
    for worker, other in (workers, workers[::-1]):
        stage.stop(worker)
        stop = stage.events("stopped")[-1]
        assert stop["allThreadsStopped"] is False
        assert f"web/{worker.key.pid}" in stop["text"]
        (frame,) = stage.ask("stackTrace", threadId=stop["threadId"])["stackFrames"]
        assert frame["source"]["path"] == "/home/me/app/app.py"
        (scope,) = stage.ask("scopes", frameId=frame["id"])["scopes"]
        (variable,) = stage.ask("variables", variablesReference=scope["variablesReference"])["variables"]
        assert variable["value"] == str(worker.key.pid)
        result = stage.ask("evaluate", expression="x", frameId=frame["id"])["result"]
        assert result == f"x in {worker.key.pid} at {worker.frame}"
        assert stage.ask("continue", threadId=stop["threadId"]) == {"allThreadsContinued": False}
        assert worker.last("continue") == {"threadId": 1, "singleThread": True}
        assert other.asked("continue") == [] or other is workers[0]
    assert stage.events("continued") == []  # they answered the editor's own continue


def test_a_frame_of_a_thread_that_ran_on_is_refused_clearly(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    (thread,) = stage.stops()
    (frame,) = stage.ask("stackTrace", threadId=thread)["stackFrames"]
    stage.ask("continue", threadId=thread)
    assert stage.refusal("scopes", frameId=frame["id"]) == (
        f"frameId {frame['id']} is no more: its thread ran on, or is gone"
    )


def test_all_frames_from_one_on_are_asked_for_by_their_number(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    (thread,) = stage.stops()
    stage.ask("stackTrace", threadId=thread, startFrame=20)
    assert worker.last("stackTrace") == {"threadId": 1, "startFrame": 20, "levels": 2**31 - 1}
    stage.ask("stackTrace", threadId=thread, startFrame=20, levels=5)
    assert worker.last("stackTrace")["levels"] == 5


def test_pydevd_using_a_frame_id_again_does_not_make_the_old_handle_mean_the_new_frame(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    (thread,) = stage.stops()
    (first,) = stage.ask("stackTrace", threadId=thread)["stackFrames"]
    stage.ask("continue", threadId=thread)
    worker.frame -= 1
    stage.stop(worker)
    (second,) = stage.ask("stackTrace", threadId=thread)["stackFrames"]
    assert worker.last("stackTrace")["threadId"] == 1
    assert first["id"] != second["id"]


@pytest.mark.parametrize("command", ["threads", "setBreakpoints", "attach", "nonsense"])
def test_nothing_is_served_before_initialize(stage: Any, command: str) -> None:
    assert "initialize" in stage.refusal(command)


def test_the_snapshot_is_served_even_before_initialize(stage: Any) -> None:
    stage.join(23)
    (worker,) = stage.ask("hatchwaySnapshot")["workers"]
    assert (worker["label"], worker["state"]) == ("web/23", "dormant")


def test_the_snapshot_tells_who_is_attached_and_who_stopped(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    stage.stop(stage.join(24))
    body = stage.ask("hatchwaySnapshot")
    assert [worker["state"] for worker in body["workers"]] == ["attached", "stopped"]
    assert [(stop["worker"], stop["reason"], stop["shown"]) for stop in body["stops"]] == [
        ("web/24", "breakpoint", True)
    ]


def test_an_unknown_request_is_refused_by_name(stage: Any) -> None:
    stage.begin()
    assert "flyToTheMoon" in stage.refusal("flyToTheMoon")


def test_an_editor_may_not_speak_to_a_workers_lock(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.refusal("pydevdAuthorize", debugServerAccessToken="guess")
    assert len(worker.asked("pydevdAuthorize")) == 1


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("stackTrace", {"threadId": "one"}),
        ("stackTrace", {}),
        ("scopes", {"frameId": True}),
        ("variables", {"variablesReference": None}),
        ("continue", {"threadId": [1]}),
        ("pause", {"threadId": "1"}),
        ("setBreakpoints", {"source": {"path": "/a.py"}, "breakpoints": 7}),
        ("setBreakpoints", {"source": {"path": "/a.py"}, "breakpoints": [{"line": "7"}]}),
        ("setBreakpoints", {"source": "/a.py"}),
        ("setFunctionBreakpoints", {"breakpoints": [{}]}),
        ("setExceptionBreakpoints", {"filters": "raised"}),
    ],
)
def test_arguments_of_the_wrong_type_are_refused_and_never_sent(
    stage: Any, command: str, arguments: dict[str, Any]
) -> None:
    stage.begin()
    worker = stage.join(23)
    before = len(worker.requests)
    assert stage.refusal(command, **arguments)
    assert len(worker.requests) == before


def test_a_request_that_is_not_well_formed_is_answered_all_the_same(stage: Any) -> None:
    stage.feed(FromEditor({"type": "request", "seq": 5, "command": "threads", "arguments": [1]}))
    assert stage.answer(5)["success"] is False


def test_disconnect_lets_every_worker_go_and_closes_the_editors_connection(stage: Any) -> None:
    stage.begin()
    workers = [stage.join(pid) for pid in (23, 24)]
    stage.stop(workers[0])
    stage.ask("disconnect")
    assert [worker.last("disconnect") for worker in workers] == [{"terminateDebuggee": False}] * 2
    assert stage.did(CloseEditor) == stage.did(Dismiss) == 1
    assert stage.did(DropWorker) == 2
    assert stage.workers == {}


def test_a_worker_that_does_not_answer_disconnect_is_dropped_after_a_second(stage: Any) -> None:
    stage.begin()
    stage.join(23, silent={"disconnect"})
    stage.ask("disconnect")
    assert stage.did(DropWorker) == 0
    stage.wait(1.1)
    assert stage.did(DropWorker) == 1
