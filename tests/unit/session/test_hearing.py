"""What the editor is told of workers' events, and what it is not."""

from typing import Any

import pytest

from hatchway.session.output import prefixed


@pytest.mark.parametrize(
    "event",
    [
        "initialized",
        "terminated",
        "exited",
        "debugpySockets",
        "module",
        "debugpyAttach",
        "hatchwayArmed",
        "capabilities",
    ],
)
def test_what_would_confuse_the_editor_is_never_passed_on(stage: Any, event: str) -> None:
    stage.begin()
    worker = stage.join(23)
    before = len(stage.events(event))
    stage.says(worker, worker.event(event, exitCode=3))
    assert len(stage.events(event)) == before


def test_an_exit_is_said_in_the_console(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.says(worker, worker.event("exited", exitCode=3))
    assert stage.events("output")[-1] == {"category": "console", "output": "web/23 exited with code 3\n"}


def test_a_worker_that_says_it_ended_is_gone_with_its_threads(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    thread = stage.thread_of(worker)
    stage.says(worker, worker.event("terminated"))
    assert stage.events("thread")[-1] == {"reason": "exited", "threadId": thread}
    assert stage.session.snapshot().workers == ()


def test_a_process_is_presented_as_a_worker_of_its_service(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    assert stage.events("process") == [
        {
            "name": "web worker (gunicorn worker)",
            "systemProcessId": 23,
            "isLocalProcess": False,
            "startMethod": "attach",
        }
    ]


def test_each_line_of_output_says_who_printed_it(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    for text in ("one\ntw", "o\nthree\n"):
        stage.says(worker, worker.event("output", category="stdout", output=text))
    assert "".join(body["output"] for body in stage.events("output")) == (
        "[web/23] one\n[web/23] two\n[web/23] three\n"
    )


def test_telemetry_is_dropped(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.says(worker, worker.event("output", category="telemetry", output="ptvsd"))
    assert stage.events("output") == []


def test_two_streams_of_a_worker_do_not_break_each_others_lines() -> None:
    line_open: dict[str, bool] = {}
    assert prefixed("a", "stdout", "x", line_open) == "[a] x"
    assert prefixed("a", "stderr", "y", line_open) == "[a] y"
    assert prefixed("a", "stdout", "z\n", line_open) == "z\n"


def test_an_exception_keeps_its_text_beside_the_workers_name(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker, reason="exception", text="ValueError", description="bad")
    stop = stage.events("stopped")[-1]
    assert (stop["text"], stop["description"]) == ("web/23: ValueError", "web/23: bad")


def test_a_thread_that_did_not_stop_at_an_exception_has_none_to_tell_of(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.stop(worker)
    assert "exception" in stage.refusal("exceptionInfo", threadId=stage.stops()[0])
    stage.stop(worker, reason="exception")
    stage.ask("exceptionInfo", threadId=stage.stops()[0])
    assert len(worker.asked("exceptionInfo")) == 1


def test_threads_of_all_workers_are_listed_under_distinct_ids(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    stage.join(23 + 1, service="jobs").threads[2] = "pool"
    threads = stage.ask("threads")["threads"]
    assert [thread["name"] for thread in threads] == [
        "web/23 MainThread",
        "jobs/24 MainThread",
        "jobs/24 pool",
    ]
    assert len({thread["id"] for thread in threads}) == 3


def test_a_worker_that_hangs_delays_one_answer_and_not_each(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.ask("threads")
    worker.silent = {"threads"}
    seq = stage.send("threads")
    stage.wait(1.1)
    assert [thread["name"] for thread in stage.answer(seq)["body"]["threads"]] == ["web/23 MainThread"]
    assert stage.ask("threads")["threads"]


def test_evaluating_without_a_frame_means_the_thread_in_focus(stage: Any) -> None:
    stage.begin()
    stage.stop(stage.join(23))
    worker = stage.join(24)
    stage.stop(worker)
    assert stage.ask("evaluate", expression="x")["result"] == f"x in 24 at {worker.frame}"
    first = stage.stops()[0]
    stage.ask("stackTrace", threadId=first)
    assert "x in 23" in stage.ask("evaluate", expression="x")["result"]


def test_evaluating_without_any_thread_stopped_is_refused(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    assert "no thread is stopped" in stage.refusal("evaluate", expression="x")


def test_a_source_without_reference_is_the_editors_own_to_open(stage: Any) -> None:
    stage.begin()
    assert "open this file itself" in stage.refusal("source", source={"path": "/a.py"}, sourceReference=0)


def test_the_system_info_names_each_worker(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    body = stage.ask("debugpySystemInfo")
    assert body["debugpy"]["version"] == "1.8.22"
    assert [worker["label"] for worker in body["workers"]] == ["web/23"]
    assert stage.ask("pydevdSystemInfo") == {}


def test_modules_of_several_workers_are_listed_once_per_file(stage: Any) -> None:
    stage.begin()
    for pid in (23, 24):
        stage.join(pid, on_modules=lambda _: {"modules": [{"id": 1, "name": "app", "path": "/srv/app.py"}]})
    body = stage.ask("modules")
    assert body["totalModules"] == len(body["modules"]) == 1


def test_a_long_session_does_not_grow(stage: Any) -> None:
    stage.begin("neovim", 3)
    worker = stage.join(23)
    sizes = set()
    for _ in range(50):
        stage.stop(worker)
        thread = stage.stops()[-1]
        (frame,) = stage.ask("stackTrace", threadId=thread)["stackFrames"]
        (scope,) = stage.ask("scopes", frameId=frame["id"])["scopes"]
        stage.ask("variables", variablesReference=scope["variablesReference"])
        stage.ask("continue", threadId=thread)
        state = stage.session._state
        sizes.add(
            (len(state.handles), len(state.handles._owned), len(state.agenda._actions), state.editor._open)
        )
    assert len(sizes) == 1
    for pid in range(100, 150):
        stage.leave(stage.join(pid))
    assert len(state.handles) == min(size[0] for size in sizes)
    assert state.handles._owners == state.handles._owned == {}
