"""Workers in containers: their files are found, or said to be missing, or said to differ."""

from typing import TYPE_CHECKING

from hatchway.session.capabilities import NOWHERE
from hatchway.session.events import CompareAgain, FilesFound

if TYPE_CHECKING:
    from unit.session.conftest import Stage

HERE, OTHER = "/home/me/web/app.py", "/home/me/api/app.py"
WEB = FilesFound("web", files=((HERE, "/app/app.py"),))
API = FilesFound("api", files=((OTHER, "/app/app.py"),))


def test_breakpoints_wait_for_the_files_and_are_sent_once_these_are_found(stage: "Stage") -> None:
    worker = stage.join(1, foreign=True)
    stage.begin()
    (answered,) = stage.set_breakpoints(5, path=HERE)
    assert not answered["verified"]
    assert worker.asked("setBreakpoints") == [], "it has no such path"
    stage.feed(WEB)
    assert worker.last("setBreakpoints")["source"]["path"] == "/app/app.py"
    told = stage.events("breakpoint")[-1]["breakpoint"]
    assert (told["id"], told["verified"], told["source"]["path"]) == (answered["id"], True, HERE)


def test_a_worker_starts_once_its_breakpoints_can_be_in(stage: "Stage") -> None:
    worker = stage.join(1, foreign=True)
    stage.begin()
    stage.set_breakpoints(5, path=HERE)
    assert worker.asked("configurationDone") == [], "it would run past them"
    stage.feed(WEB)
    assert [request["command"] for request in worker.requests][-2:] == ["setBreakpoints", "configurationDone"]


def test_what_a_worker_has_been_told_is_not_told_again(stage: "Stage") -> None:
    stage.feed(WEB)
    worker = stage.join(1, foreign=True)
    stage.begin()
    stage.set_breakpoints(5, path=HERE)
    stage.feed(WEB)  # of the next container of the service
    stage.feed(FilesFound("web", files=(*WEB.files, (OTHER, "/app/other.py"))))
    assert len(worker.asked("setBreakpoints")) == 1, "for a moment pydevd would have no breakpoint there"
    stage.set_breakpoints(5, path=HERE)
    assert len(worker.asked("setBreakpoints")) == 2, "whoever asks is answered by the worker"
    stage.feed(FilesFound("web", files=((HERE, "/srv/app.py"),)))
    assert [one["source"]["path"] for one in worker.asked("setBreakpoints")][2:] == ["/srv/app.py"]


def test_what_a_worker_refused_is_told_again(stage: "Stage") -> None:
    stage.feed(WEB)
    worker = stage.join(1, foreign=True)
    stage.begin()
    worker.on_setBreakpoints = lambda _: {"failure": "not now"}  # type: ignore[method-assign]
    stage.set_breakpoints(5, path=HERE)
    stage.feed(WEB)
    assert len(worker.asked("setBreakpoints")) == 2


def test_the_same_path_in_two_services_is_two_files(stage: "Stage") -> None:
    stage.feed(WEB)
    stage.feed(API)
    web, api = stage.join(1, foreign=True), stage.join(2, "api", foreign=True)
    stage.begin()
    stage.set_breakpoints(5, path=HERE)
    stage.set_breakpoints(7, path=OTHER)
    (for_web,) = web.asked("setBreakpoints")
    (for_api,) = api.asked("setBreakpoints")
    assert (for_web["source"]["path"], for_web["breakpoints"][0]["line"]) == ("/app/app.py", 5)
    assert (for_api["source"]["path"], for_api["breakpoints"][0]["line"]) == ("/app/app.py", 7)


def test_a_file_of_another_service_does_not_hide_the_one_that_is_bound(stage: "Stage") -> None:
    stage.feed(API)
    stage.feed(WEB)
    stage.join(1, "api", foreign=True)
    stage.join(2, foreign=True)
    stage.begin()
    (answered,) = stage.set_breakpoints(5, path=HERE)
    assert answered["verified"]
    assert "message" not in answered


def test_a_file_that_no_service_has_is_said_to_be_missing(stage: "Stage") -> None:
    stage.feed(WEB)
    worker = stage.join(1, foreign=True)
    stage.begin()
    (answered,) = stage.set_breakpoints(5, path="/home/me/stray.py")
    assert not answered["verified"]
    assert answered["message"] == "web has no such file"
    assert worker.asked("setBreakpoints") == []


def test_what_the_editor_maps_comes_before_what_was_found(stage: "Stage") -> None:
    stage.feed(WEB)
    worker = stage.join(1, foreign=True)
    stage.begin(pathMappings=[{"localRoot": "/home/me/web", "remoteRoot": "/elsewhere"}])
    stage.set_breakpoints(5, path=HERE)
    assert worker.last("setBreakpoints")["source"]["path"] == "/elsewhere/app.py"


def test_a_mounted_folder_needs_no_single_files(stage: "Stage") -> None:
    stage.feed(FilesFound("web", roots=(("/home/me/web", "/app"),)))
    worker = stage.join(1, foreign=True)
    stage.begin()
    stage.set_breakpoints(5, path="/home/me/web/new.py")
    assert worker.last("setBreakpoints")["source"]["path"] == "/app/new.py"


def test_only_files_that_the_editor_has_not_keep_their_reference(stage: "Stage") -> None:
    stage.feed(WEB)
    worker = stage.join(1, foreign=True)
    stage.begin()
    assert worker.last("attach")["pathMappings"] == [{"localRoot": NOWHERE, "remoteRoot": NOWHERE}]
    stage.stop(worker)
    paths = ("/app/app.py", "/usr/lib/flask.py")
    frames = [
        {
            "id": number,
            "name": "f",
            "line": 1,
            "column": 0,
            "source": {"path": path, "sourceReference": number},
        }
        for number, path in enumerate(paths, 1)
    ]
    worker.on_stackTrace = lambda _: {"stackFrames": frames, "totalFrames": 2}  # type: ignore[method-assign]
    told = stage.ask("stackTrace", threadId=stage.thread_of(worker))["stackFrames"]
    assert told[0]["source"] == {"path": HERE}
    assert told[1]["source"]["path"] == "/usr/lib/flask.py"
    assert told[1]["source"]["sourceReference"] > 0


def test_a_breakpoint_in_a_librarys_file_goes_where_that_is(stage: "Stage") -> None:
    stage.feed(WEB)
    worker = stage.join(1, foreign=True)
    stage.begin()
    source = {"path": "/usr/lib/flask.py", "sourceReference": 3}
    stage.ask("setBreakpoints", source=source, breakpoints=[{"line": 9}])
    assert worker.last("setBreakpoints")["source"] == {"path": "/usr/lib/flask.py"}


def test_a_file_that_differs_is_told_of_with_each_breakpoint_and_in_the_console(stage: "Stage") -> None:
    stage.feed(FilesFound("web", files=WEB.files, differing=((HERE, "app.py in web is not your file"),)))
    stage.join(1, foreign=True)
    stage.begin()
    (answered,) = stage.set_breakpoints(5, path=HERE)
    assert answered["verified"]
    assert answered["message"] == "app.py in web is not your file"
    (said,) = [body["output"] for body in stage.events("output") if "is not your file" in body["output"]]
    assert said.startswith("hatchway: ")
    stage.feed(WEB)
    assert "message" not in stage.events("breakpoint")[-1]["breakpoint"], "it is the same again"


def test_the_files_of_this_host_need_no_finding(stage: "Stage") -> None:
    worker = stage.join(1)
    stage.begin()
    stage.set_breakpoints(5, path=HERE)
    assert worker.last("setBreakpoints")["source"]["path"] == HERE
    assert "pathMappings" not in worker.last("attach")


def test_a_file_with_breakpoints_is_to_be_compared_again_where_a_worker_is_foreign(stage: "Stage") -> None:
    stage.feed(WEB)
    stage.join(1)
    stage.begin()
    stage.set_breakpoints(5, path=HERE)
    assert stage.did(CompareAgain) == 0, "files of this host are the same"
    stage.join(2, foreign=True)
    stage.set_breakpoints(6, path=HERE)
    assert [output.path for output in stage.outputs if isinstance(output, CompareAgain)] == [HERE]


def test_a_difference_is_said_once_and_again_when_it_is_another(stage: "Stage") -> None:
    stage.join(1, foreign=True)
    stage.begin()
    for remark in ("app.py differs", "app.py differs", "app.py differs more"):
        stage.feed(FilesFound("web", WEB.roots, WEB.files, ((HERE, remark),)))
    said = [body["output"] for body in stage.events("output")]
    assert said == ["hatchway: app.py differs\n", "hatchway: app.py differs more\n"]
