"""How a worker comes in, and what becomes of one that does not behave."""

from typing import Any

import pytest

from hatchway.dap.errors import LocalProtocolError
from hatchway.session.events import DropWorker, Summon
from hatchway.session.settings import Settings
from hatchway.session.workers import ASKED_LIMIT, TRANSITIONS, Cue, Life


def test_the_life_cycle_leads_from_waiting_to_live_one_cue_at_a_time() -> None:
    life, path = Life.WAITING, [Life.WAITING]
    while life is not Life.LIVE:
        ((life),) = [after for cue, after in TRANSITIONS[life].items() if cue is not Cue.DISMISSED]
        path.append(life)
    assert set(path) == set(Life) - {Life.LEAVING}


def test_every_life_can_be_dismissed_but_the_last() -> None:
    assert {life for life, moves in TRANSITIONS.items() if Cue.DISMISSED in moves} == set(Life) - {
        Life.LEAVING
    }


def test_a_worker_waits_until_the_editor_attached_and_is_released_when_it_is_configured(stage: Any) -> None:
    worker = stage.join(23)
    stage.ask("initialize")
    assert worker.requests == []
    stage.ask("attach")
    assert [request["command"] for request in worker.requests] == ["pydevdAuthorize", "initialize", "attach"]
    stage.ask("configurationDone")
    assert worker.requests[-1]["command"] == "configurationDone"
    assert stage.session.snapshot().workers[0].state == "attached"


def test_an_editor_that_attaches_last_is_served_all_the_same(stage: Any) -> None:
    worker = stage.join(23)
    for command in ("initialize", "configurationDone", "attach"):
        stage.ask(command)
    assert len(worker.asked("configurationDone")) == 1


def test_workers_are_attached_so_that_each_thread_parks_and_runs_alone(stage: Any) -> None:
    stage.begin("vscode", connect={"port": 1}, __sessionId="x", subProcess=True, stopAllThreadsOnSuspend=True)
    assert stage.join(23).last("attach") == {
        "justMyCode": True,
        "steppingResumesAllThreads": False,
        "clientOS": "unix",
        "stopAllThreadsOnSuspend": False,
        "subProcess": False,
    }


def test_the_users_own_attach_arguments_reach_the_worker(stage: Any) -> None:
    stage.begin("vscode", justMyCode=False, django=True)
    arguments = stage.join(23).last("attach")
    assert (arguments["justMyCode"], arguments["django"]) == (False, True)


def test_a_worker_learns_which_of_its_folders_the_editor_has_but_not_where(stage: Any) -> None:
    roots = {"localRoot": r"C:\code", "remoteRoot": "/srv"}, {"localRoot": "/same", "remoteRoot": "/same"}
    stage.begin("vscode", pathMappings=list(roots), clientOS="windows")
    arguments = stage.join(23).last("attach")
    assert arguments["pathMappings"] == [{"localRoot": "/srv", "remoteRoot": "/srv"}]
    assert arguments["clientOS"] == "unix"


def test_a_worker_that_is_too_slow_is_asked_for_again(stage: Any) -> None:
    stage.begin("vscode", 3)
    slow = stage.join(23, silent={"attach"})
    before = stage.did(Summon)
    stage.wait(10)
    assert DropWorker(slow.key) in stage.outputs
    said = stage.events("output")[-1]["output"]
    assert said == "hatchway: web/23 did not answer within 10 s and is asked again in 5 s\n"
    stage.wait(4.9)
    assert stage.did(Summon) == before
    stage.wait(0.2)
    assert stage.did(Summon) == before + 1
    stage.join(23)
    assert stage.session.snapshot().workers[0].state == "attached"
    stage.wait(100)
    assert stage.did(Summon) == before + 1


def test_workers_that_stay_too_slow_are_asked_for_ever_more_rarely_and_not_after_the_session(
    stage: Any,
) -> None:
    stage.begin("vscode", 3)
    times = []
    for _ in range(6):
        stage.join(23, silent={"attach"})
        stage.join(24, silent={"attach"})
        stage.wait(10)
        failed, before = stage.now, stage.did(Summon)
        while stage.did(Summon) == before:
            stage.wait(1)
        times.append(round(stage.now - failed))
    assert times == [5, 10, 20, 40, 60, 60]
    stage.join(23, silent={"attach"})
    stage.wait(10)
    stage.ask("disconnect")
    before = stage.did(Summon)
    stage.wait(100)
    assert stage.did(Summon) == before


def test_a_worker_that_does_not_know_the_token_is_dropped_and_told_nothing_more(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(23, token="guess")
    assert [request["command"] for request in worker.requests] == ["pydevdAuthorize"]
    assert DropWorker(worker.key) in stage.outputs
    assert "web/23 could not be attached" in stage.events("output")[-1]["output"]


def test_a_worker_that_never_answers_is_dropped(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23, silent={"attach"})
    stage.wait(11)
    assert DropWorker(worker.key) in stage.outputs


def test_a_worker_is_refused_what_it_asks_of_the_editors_machine(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    heard = len(stage.heard)
    for command in ("runInTerminal", "startDebugging"):
        stage.says(worker, {"seq": 9, "type": "request", "command": command, "arguments": {"args": ["rm"]}})
        answer = stage.outputs[-1].message
        assert (answer["type"], answer["request_seq"], answer["success"]) == ("response", 9, False)
    assert len(stage.heard) == heard


def test_a_worker_dialling_again_under_the_same_key_begins_anew(stage: Any) -> None:
    stage.begin()
    stage.stop(stage.join(23))
    again = stage.join(23)
    assert len(stage.session.snapshot().workers) == 1
    assert stage.session.snapshot().stops == ()
    assert len(again.asked("attach")) == 1


def test_a_request_nobody_answers_is_refused_in_the_end(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23, silent={"stackTrace"})
    stage.stop(worker)
    seq = stage.send("stackTrace", threadId=stage.stops()[0])
    stage.wait(11)
    assert "did not answer within 10 s" in stage.answer(seq)["message"]


def test_an_evaluation_may_take_long(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23, silent={"evaluate"})
    stage.stop(worker)
    (frame,) = stage.ask("stackTrace", threadId=stage.stops()[0])["stackFrames"]
    seq = stage.send("evaluate", expression="slow()", frameId=frame["id"])
    stage.wait(300)
    assert stage.answers(seq) == []
    stage.wait(301)
    assert stage.answer(seq)["success"] is False


def test_what_a_parked_thread_did_not_answer_before_it_ran_on_is_refused(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23, silent={"evaluate"})
    stage.stop(worker)
    (thread,) = stage.stops()
    (frame,) = stage.ask("stackTrace", threadId=thread)["stackFrames"]
    seq = stage.send("evaluate", expression="x", frameId=frame["id"])
    stage.ask("continue", threadId=thread)
    assert "ran on" in stage.answer(seq)["message"]


def test_questions_without_answers_do_not_pile_up(make_stage: Any) -> None:
    stage = make_stage(Settings(quick_patience=1e6, slow_patience=1e6))
    stage.begin()
    worker = stage.join(23, silent={"pause"})
    stage.stop(worker)
    seqs = [stage.send("pause", threadId=stage.stops()[0]) for _ in range(ASKED_LIMIT + 10)]
    assert "too many" in stage.answer(seqs[-1])["message"]


def test_a_cue_out_of_turn_is_our_own_mistake(stage: Any) -> None:
    stage.join(23)
    (link,) = stage.session._state.roster
    with pytest.raises(LocalProtocolError):
        link.move(Cue.ARMED)
