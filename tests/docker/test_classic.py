"""supervisord, nginx and uWSGI as www-data in one container, with harakiri and a health check."""

import time
from collections.abc import Iterator

import pytest
from docker.stack import Stack
from e2e.running import Editor, walk

HARAKIRI = 5


@pytest.fixture(scope="module")
def site(runtime: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    assert runtime
    with Stack("classic", tmp_path_factory.mktemp("project")) as stack:
        stack.compose("build")
        yield stack


@pytest.fixture(scope="module")
def hub(site: Stack) -> int:
    port = site.up()
    site.wait_until_serving("web")
    site.wait_for_workers(web=4)
    return port


def test_every_worker_of_another_user_stops(site: Stack, hub: int) -> None:
    with Editor(hub) as editor:
        editor.armed(site.source("site_app.py"), site.line_of("site_app.py", "who"))
        requests = site.getting("web", *["/who/ann"] * 12)
        paths = set()
        assert walk(editor, requests, lambda thread: paths.add(editor.top(thread)["source"]["path"])) == 12
        assert paths == {str(site.source("site_app.py"))}
        assert {request.result()["uid"] for request in requests} == {33}, "www-data, by supervisord"
        editor.request("disconnect")


def test_a_worker_paused_for_longer_than_harakiri_answers_and_the_container_stays_healthy(
    site: Stack, hub: int
) -> None:
    with Editor(hub) as editor:
        editor.armed(site.source("site_app.py"), site.line_of("site_app.py", "who"))
        (request,) = site.getting("web", "/who/patient")
        thread = editor.stopped()
        time.sleep(HARAKIRI + 3)  # the time is what is tested
        state = site.containers()["web"]["State"]
        assert state["Health"]["Status"] == "healthy"
        editor.resume(thread)
        assert request.result(10)["greeting"] == "hello patient from the site"
        assert editor.pid_of(thread) == request.result()["pid"], "it is the worker that was paused"
        editor.request("disconnect")
