"""What the editor wishes for reaches every worker, born or unborn, and comes back as one answer."""

from typing import Any

from hatchway.session.breakpoints import PENDING, BreakpointLedger
from hatchway.session.events import ProcessesMissing


def test_without_workers_a_breakpoint_is_pending(stage: Any) -> None:
    stage.begin()
    (breakpoint_,) = stage.set_breakpoints(3)
    assert (breakpoint_["verified"], breakpoint_["reason"], breakpoint_["message"]) == (
        False,
        "pending",
        PENDING,
    )


def test_a_hit_count_that_nobody_can_read_is_told_of(stage: Any) -> None:
    stage.begin("vscode")
    stage.join(23)
    counts = ["", "3", " >= 3", "%2", "@HIT@ in (2, 4)", "three", "= 3"]
    wanted = [{"line": 3, "column": column, "hitCondition": count} for column, count in enumerate(counts, 1)]
    told = stage.ask("setBreakpoints", source={"path": "/srv/app.py"}, breakpoints=wanted)["breakpoints"]
    assert [one["verified"] for one in told] == [True] * 5 + [False] * 2
    assert told[5]["message"].startswith("the hit count 'three' cannot be read: 3, == 3,")


def test_a_worker_born_later_gets_all_wishes_before_it_is_released(stage: Any) -> None:
    stage.begin("vscode", 3)
    stage.ask("setFunctionBreakpoints", breakpoints=[{"name": "view"}])
    stage.ask("setExceptionBreakpoints", filters=["uncaught", "nonsense"])
    worker = stage.join(23)
    commands = [request["command"] for request in worker.requests]
    assert commands[:3] == ["pydevdAuthorize", "initialize", "attach"]
    assert set(commands[3:6]) == {"setBreakpoints", "setFunctionBreakpoints", "setExceptionBreakpoints"}
    assert commands[6:] == ["configurationDone"]
    assert worker.last("setBreakpoints")["breakpoints"] == [{"line": 3}]
    assert worker.last("setExceptionBreakpoints")["filters"] == ["uncaught"]


def test_no_exception_filter_is_on_unless_asked_for(stage: Any) -> None:
    body = stage.ask("initialize", clientID="vscode")
    assert [filter_["default"] for filter_ in body["exceptionBreakpointFilters"]] == [False] * 3
    stage.ask("attach")
    stage.ask("configurationDone")
    assert stage.join(23).asked("setExceptionBreakpoints") == []


def test_a_breakpoint_changes_to_verified_when_the_worker_is_armed_and_not_before(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(23, arms=False)
    assert stage.events("breakpoint") == []
    stage.says(worker, worker.event("hatchwayArmed"))
    (event,) = stage.events("breakpoint")
    assert event["reason"] == "changed"
    assert event["breakpoint"]["verified"] is True


def test_armed_may_come_before_configuration_done_is_answered(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(23, arms=False, silent={"configurationDone"})
    stage.says(worker, worker.event("hatchwayArmed"))
    assert stage.events("breakpoint") == []
    stage.says(worker, worker.respond(worker.requests[-1], {}))
    assert [event["breakpoint"]["verified"] for event in stage.events("breakpoint")] == [True]


def test_a_wish_keeps_its_id_when_the_list_is_sent_again(stage: Any) -> None:
    stage.begin()
    stage.join(23)
    first, second = (item["id"] for item in stage.set_breakpoints(3, 5))
    kept, new = (item["id"] for item in stage.set_breakpoints(5, 9))
    assert kept == second
    assert new not in (first, second)
    assert first != second


def test_the_ids_a_stop_hit_are_the_editors(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.set_breakpoints(9)
    _, wanted = stage.set_breakpoints(3, 5)
    stage.stop(worker, hitBreakpointIds=[2, 77])  # its third; it has no 77
    assert stage.events("stopped")[-1]["hitBreakpointIds"] == [wanted["id"]]


def test_verified_by_one_worker_is_verified(stage: Any) -> None:
    stage.begin()
    stage.join(23, unbound={3})
    stage.join(24)
    assert stage.set_breakpoints(3)[0]["verified"] is True


def test_verified_by_none_says_why(stage: Any) -> None:
    stage.begin()
    stage.join(23, unbound={3})
    (answer,) = stage.set_breakpoints(3)
    assert (answer["verified"], answer["message"]) == (False, "Breakpoint added to invalid line.")


def test_a_slow_worker_does_not_hold_the_answer_and_its_own_comes_as_a_change(stage: Any) -> None:
    stage.begin()
    stage.join(23, unbound={3})
    slow = stage.join(24, silent={"setBreakpoints"})
    seq = stage.send("setBreakpoints", source={"path": "/srv/app.py"}, breakpoints=[{"line": 3}])
    assert stage.answers(seq) == []
    stage.wait(1.1)
    assert stage.answer(seq)["body"]["breakpoints"][0]["verified"] is False
    slow.silent = set()
    request = slow.requests[-1]
    stage.says(slow, slow.respond(request, slow.on_setBreakpoints(request["arguments"])))
    assert stage.events("breakpoint")[-1]["breakpoint"]["verified"] is True


def test_the_last_worker_leaving_makes_breakpoints_pending_again(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.set_breakpoints(3)
    stage.leave(worker)
    assert stage.events("breakpoint")[-1]["breakpoint"]["reason"] == "pending"


def test_without_workers_a_breakpoint_says_who_is_out_of_reach(stage: Any) -> None:
    stage.begin("vscode", 3)
    why = "web: `python -I app.py` is out of reach: Python's -I ignores PYTHONPATH; leave it out"

    def told() -> Any:
        return stage.events("breakpoint")[-1]["breakpoint"]

    stage.feed(ProcessesMissing("web", (why, "web: another")))
    assert (told()["verified"], told()["reason"], told()["message"]) == (False, "pending", why)
    assert [one["message"] for one in stage.set_breakpoints(4)] == [why], "asked for later"
    worker = stage.join(23)
    assert told()["verified"] is True
    assert "message" not in told(), "what is in reach stops"
    stage.leave(worker)
    assert told()["message"] == why
    stage.feed(ProcessesMissing("web", ()))
    assert told()["message"] == PENDING


def test_a_worker_that_changes_its_mind_is_heard(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23, unbound={3})
    stage.set_breakpoints(3)
    stage.says(worker, worker.event("breakpoint", reason="changed", breakpoint={"id": 0, "verified": True}))
    assert stage.events("breakpoint")[-1]["breakpoint"]["verified"] is True


def test_paths_are_mapped_in_both_directions(stage: Any) -> None:
    stage.begin("vscode", pathMappings=[{"localRoot": "/home/me", "remoteRoot": "/srv"}])
    worker = stage.join(23)
    (answer,) = stage.set_breakpoints(3, path="/home/me/app.py")
    assert worker.last("setBreakpoints")["source"] == {"path": "/srv/app.py"}
    assert answer["source"]["path"] == "/home/me/app.py"


def test_mappings_that_lead_nowhere_are_named(stage: Any) -> None:
    stage.begin("vscode", 3, pathMappings=[{"localRoot": "/srv", "remoteRoot": "/usr/src/app"}])
    worker = stage.join(23, silent={"setBreakpoints"})
    (asked,) = [request for request in worker.requests if request["command"] == "setBreakpoints"]
    answer = {"line": 3, "verified": False, "message": "Breakpoint in file that does not exist."}
    stage.says(worker, worker.respond(asked, {"breakpoints": [answer]}))
    told = stage.events("breakpoint")[-1]["breakpoint"]
    assert (told["verified"], told["reason"]) == (False, "failed")
    assert told["message"].startswith("`pathMappings` lead to /usr/src/app/app.py, which web has not")


def test_the_old_form_with_lines_is_understood(stage: Any) -> None:
    stage.begin()
    worker = stage.join(23)
    stage.ask("setBreakpoints", source={"path": "/a.py"}, lines=[4])
    assert worker.last("setBreakpoints")["breakpoints"] == [{"line": 4}]


def test_debugger_properties_add_up_for_workers_born_later(stage: Any) -> None:
    stage.begin()
    stage.ask("setDebuggerProperty", ideOS="UNIX")
    stage.ask("setDebuggerProperty", multiThreadsSingleNotification=False)
    worker = stage.join(23)
    assert worker.last("setDebuggerProperty") == {"ideOS": "UNIX", "multiThreadsSingleNotification": False}


def test_the_ledger_forgets_sources_without_breakpoints() -> None:
    ledger = BreakpointLedger(iter(range(100)).__next__, lambda _: True)
    for number in range(50):
        ledger.replace("setBreakpoints", {"source": {"path": f"/{number}"}, "breakpoints": [{"line": 1}]})
        ledger.replace("setBreakpoints", {"source": {"path": f"/{number}"}, "breakpoints": []})
    assert list(ledger.replay()) == []
