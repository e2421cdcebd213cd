"""Several clients of one session: who is shown the stops, whose breakpoints count, and who ends what."""

from typing import Any

import pytest

from hatchway.session.events import CloseEditor, Dismiss


@pytest.fixture
def pair(stage: Any) -> tuple[Any, Any]:
    """VS Code with a breakpoint in the line 3, and a terminal that came later, with one in line 5."""
    stage.begin("vscode", 3)
    stage.worker = stage.join(1)
    terminal = stage.another()
    terminal.begin("hatchway", 5)
    return stage, terminal


def lines(worker: Any) -> list[int]:
    """List the lines a worker was last told to stop in."""
    return [wish["line"] for wish in worker.last("setBreakpoints")["breakpoints"]]


def controls(stage: Any) -> dict[str, bool]:
    return {client.name: client.controls for client in stage.session.snapshot().clients}


def test_who_comes_later_is_greeted_and_told_what_there_is(pair: tuple[Any, Any]) -> None:
    stage, terminal = pair
    assert terminal.answers(1)[0]["body"]["supportsConfigurationDoneRequest"]
    (known,) = terminal.events("breakpoint")
    assert known["reason"] == "new"
    assert (known["breakpoint"]["source"]["path"], known["breakpoint"]["line"]) == ("/srv/app.py", 3)
    assert "vscode holds the controls" in terminal.events("output")[0]["output"]
    assert controls(stage) == {"vscode": True, "hatchway": False}
    assert len(stage.worker.asked("attach")) == 1


def test_the_workers_are_told_of_everybodys_breakpoints_and_each_hears_of_its_own(
    pair: tuple[Any, Any],
) -> None:
    stage, terminal = pair
    assert sorted(lines(stage.worker)) == [3, 5]
    (answer,) = terminal.set_breakpoints(7)
    assert answer["line"] == 7
    assert sorted(lines(stage.worker)) == [3, 7]
    assert [item["line"] for item in stage.set_breakpoints(3, 4)] == [3, 4]
    assert sorted(lines(stage.worker)) == [3, 4, 7]
    heard = len(stage.events("breakpoint")), len(terminal.events("breakpoint"))
    stage.leave(stage.worker)
    changed = [[e["breakpoint"]["line"] for e in seat.events("breakpoint")] for seat in (stage, terminal)]
    assert (changed[0][heard[0] :], changed[1][heard[1] :]) == ([3, 4], [7])


def test_of_two_that_want_one_place_the_one_without_a_condition_counts(pair: tuple[Any, Any]) -> None:
    stage, terminal = pair
    asked = {"source": {"path": "/srv/app.py"}, "breakpoints": [{"line": 3, "condition": "x"}]}
    (answer,) = terminal.ask("setBreakpoints", **asked)["breakpoints"]
    assert stage.worker.last("setBreakpoints")["breakpoints"] == [{"line": 3}]
    stage.set_breakpoints()
    assert stage.worker.last("setBreakpoints")["breakpoints"] == [{"line": 3, "condition": "x"}]
    assert answer["id"] == terminal.set_breakpoints(3)[0]["id"]


def test_exception_filters_are_added_up_and_taken_back(pair: tuple[Any, Any]) -> None:
    stage, terminal = pair
    stage.ask("setExceptionBreakpoints", filters=["uncaught"])
    terminal.ask("setExceptionBreakpoints", filters=["raised"])
    assert sorted(stage.worker.last("setExceptionBreakpoints")["filters"]) == ["raised", "uncaught"]
    terminal.leaves()
    assert stage.worker.last("setExceptionBreakpoints")["filters"] == ["uncaught"]


def test_a_malformed_wish_is_refused_in_company_as_well(pair: tuple[Any, Any]) -> None:
    _, terminal = pair
    assert "filterOptions" in terminal.refusal("setExceptionBreakpoints", filters=[], filterOptions=7)
    assert "line" in terminal.refusal("setBreakpoints", source={"path": "/a"}, breakpoints=[{}])


def test_stops_are_shown_to_who_holds_the_controls_and_moved_by_it_alone(pair: tuple[Any, Any]) -> None:
    stage, terminal = pair
    stage.stop(stage.worker)
    assert (len(stage.stops()), terminal.stops()) == (1, [])
    thread = stage.stops()[0]
    assert "vscode holds the controls" in terminal.refusal("continue", threadId=thread)
    assert terminal.ask("stackTrace", threadId=thread)["stackFrames"], "all may look"
    stage.ask("continue", threadId=thread)
    assert len(stage.worker.asked("continue")) == 1


@pytest.mark.parametrize("command", ["hatchwayTakeControls", "pause"])
def test_the_controls_can_be_taken_and_what_is_stopped_goes_with_them(
    pair: tuple[Any, Any], command: str
) -> None:
    stage, terminal = pair
    stage.stop(stage.worker)
    thread = stage.stops()[0]
    terminal.ask(command, threadId=thread)
    assert controls(stage) == {"vscode": False, "hatchway": True}
    assert stage.events("continued") == [{"threadId": thread, "allThreadsContinued": False}]
    assert "hatchway took the controls" in stage.events("output")[-1]["output"]
    assert terminal.stops()[0] == thread
    assert "hatchway holds the controls" in stage.refusal("next", threadId=thread)
    terminal.ask("continue", threadId=thread)
    assert len(stage.worker.asked("continue")) == 1


@pytest.mark.parametrize("politely", [True, False])
def test_who_leaves_ends_only_itself(pair: tuple[Any, Any], *, politely: bool) -> None:
    stage, terminal = pair
    stage.stop(stage.worker)
    if politely:
        stage.ask("disconnect")
        assert "over" in stage.refusal("threads")
    stage.leaves()
    assert stage.did(CloseEditor) == politely
    assert stage.did(Dismiss) == 0
    assert lines(stage.worker) == [5]
    assert len(terminal.stops()) == 1, "the controls, and the stop, are the other's now"
    assert controls(stage) == {"hatchway": True}
    terminal.ask("disconnect")
    assert stage.did(Dismiss) == 1


def test_terminate_of_one_ends_nobodys_workers(pair: tuple[Any, Any]) -> None:
    stage, terminal = pair
    terminal.ask("terminate")
    assert len(terminal.events("terminated")) == 1
    assert stage.events("terminated") == []
    assert stage.did(Dismiss) == 0


def test_an_editor_that_restarts_gets_its_controls_back(pair: tuple[Any, Any]) -> None:
    stage, terminal = pair
    stage.ask("disconnect", restart=True)
    stage.leaves()
    assert controls(stage) == {"hatchway": True}
    again = stage.another()
    again.begin("vscode", 3)
    assert controls(stage) == {"hatchway": False, "vscode": True}
    stage.stop(stage.worker)
    assert (len(again.stops()), terminal.stops()) == (1, [])


def test_the_last_one_left_may_begin_and_end_as_if_it_were_the_first(stage: Any) -> None:
    stage.begin("vscode", 3)
    worker = stage.join(1)
    late = stage.another()
    late.ask("initialize", clientID="neovim")
    stage.ask("disconnect")
    stage.leaves()
    late.ask("attach")
    late.set_breakpoints(5)
    late.ask("configurationDone")
    stage.stop(worker)
    assert len(late.stops()) == 1
    late.ask("disconnect")
    assert stage.did(Dismiss) == 1


def test_who_attaches_first_holds_the_controls_whoever_came_first(stage: Any) -> None:
    stage.ask("initialize", clientID="idle")
    second = stage.another()
    second.begin("vscode", 3)
    worker = stage.join(1)
    stage.stop(worker)
    assert (stage.stops(), len(second.stops())) == ([], 1)
    stage.ask("attach")
    stage.ask("configurationDone")
    assert controls(stage) == {"idle": False, "vscode": True}


def test_who_comes_while_the_one_before_only_lingers_begins_a_session_of_its_own(stage: Any) -> None:
    stage.begin("vscode", 3)
    stage.join(1)
    stage.ask("disconnect")
    late = stage.another()
    late.begin("neovim", 5)
    stage.leaves()
    worker = stage.join(2)
    stage.stop(worker)
    assert len(late.stops()) == 1
    assert lines(worker) == [5]


def test_controls_are_not_for_who_has_not_attached(stage: Any) -> None:
    stage.begin("vscode")
    late = stage.another()
    late.ask("initialize")
    assert "attach" in late.refusal("hatchwayTakeControls")


def test_who_never_began_is_refused_and_ends_nothing_by_leaving(stage: Any) -> None:
    stage.begin("vscode", 3)
    stage.ask("disconnect", restart=True)
    stage.leaves()
    stranger = stage.another()
    assert "initialize" in stranger.refusal("threads")
    stranger.leaves()
    assert stage.did(Dismiss) == 0, "the editor that restarts is waited for"
