"""Breakpoints that do not bind: why is found out in the project, and said in their message."""

from typing import TYPE_CHECKING

from hatchway.session.events import Explain, Explained, FilesFound

if TYPE_CHECKING:
    from unit.session.conftest import Stage

HERE, STRAY = "/home/me/web/app.py", "/home/me/stray.py"
WEB = FilesFound("web", files=((HERE, "/app/app.py"),))
WHY = "no container has its code in /srv (HW207, .vscode/launch.json:8)"


def asked(stage: "Stage") -> list[str]:
    return [output.path for output in stage.outputs if isinstance(output, Explain)]


def test_the_reason_is_asked_for_once_and_said_in_the_message(stage: "Stage") -> None:
    stage.feed(WEB)
    stage.join(1, foreign=True)
    stage.begin()
    (answered,) = stage.set_breakpoints(5, path=STRAY)
    assert answered["message"] == "web has no such file"
    assert asked(stage) == [STRAY]
    stage.feed(Explained(STRAY, WHY))
    told = stage.events("breakpoint")[-1]["breakpoint"]
    assert (told["id"], told["verified"]) == (answered["id"], False)
    assert told["message"] == f"web has no such file; {WHY}"
    stage.join(2, foreign=True)
    assert asked(stage) == [STRAY]


def test_it_is_asked_for_anew_when_the_editor_sets_them_anew(stage: "Stage") -> None:
    stage.feed(WEB)
    stage.join(1, foreign=True)
    stage.begin()
    stage.set_breakpoints(5, path=STRAY)
    stage.feed(Explained(STRAY, WHY))
    stage.set_breakpoints(5, path=STRAY)
    assert asked(stage) == [STRAY, STRAY]
    stage.feed(Explained(STRAY, ""))
    assert stage.events("breakpoint")[-1]["breakpoint"]["message"] == "web has no such file"


def test_of_what_binds_or_is_still_being_compared_nothing_is_asked(stage: "Stage") -> None:
    stage.join(1, foreign=True)
    stage.begin()
    stage.set_breakpoints(5, path=HERE)
    assert asked(stage) == []
    stage.feed(WEB)
    assert stage.events("breakpoint")[-1]["breakpoint"]["verified"]
    assert asked(stage) == []


def test_a_file_that_differs_needs_no_other_reason(stage: "Stage") -> None:
    stage.feed(FilesFound("web", files=((HERE, "/app/app.py"),), differing=((HERE, "it differs"),)))
    worker = stage.join(1, foreign=True)
    worker.unbound.add(5)
    stage.begin()
    (answered,) = stage.set_breakpoints(5, path=HERE)
    assert answered["message"] == "it differs"
    assert asked(stage) == []


def test_what_nobody_asked_for_is_not_kept(stage: "Stage") -> None:
    stage.feed(WEB)
    stage.join(1, foreign=True)
    stage.begin()
    stage.feed(Explained(STRAY, WHY))
    (answered,) = stage.set_breakpoints(5, path=STRAY)
    assert answered["message"] == "web has no such file"
