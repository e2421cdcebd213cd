"""The newest Python, which comes in a container: stopped in, replaced, and left as it was."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conformance.live import BESIDE
from docker.stack import Stack
from e2e.running import Editor, until, walk

APPS = Path(__file__).parents[1] / "conformance" / "apps"
SERVICES = {"gunicorn": 2, "uvicorn": 2, "uwsgi": 2, "python": 1}
"""How many workers each has."""
QUICK = [service for service in SERVICES if service != "uwsgi"]
SOURCES = {"gunicorn": "wsgi.py", "uvicorn": "asgi.py", "uwsgi": "wsgi.py", "python": "plain.py"}
KILL = "import os, sys; [os.kill(int(pid), 9) for pid in sys.argv[1:]]"


@pytest.fixture(scope="module")
def newest(runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    assert runtime.is_dir()
    ports = [f"{service.upper()}_PORT" for service in SERVICES]
    with Stack("newest", tmp_path_factory.mktemp("project"), ports=ports) as stack:
        for name in {*SOURCES.values(), *BESIDE}:
            shutil.copy(APPS / name, stack.folder)
        stack.compose("build", *QUICK)
        yield stack


@pytest.fixture(scope="module")
def hub(newest: Stack) -> int:
    return newest.up(*QUICK)


@pytest.mark.parametrize("service", QUICK)
def test_workers_stop_are_replaced_and_let_go(newest: Stack, hub: int, service: str) -> None:
    see_all(newest, hub, service)


@pytest.mark.nightly  # a compiler is installed first, then uWSGI is compiled
@pytest.mark.timeout(600)
def test_uwsgis_workers_too(newest: Stack, hub: int) -> None:
    joined = newest.hatchway("up", "-d", "uwsgi", timeout=400)
    assert joined.returncode == 0, joined.stderr
    see_all(newest, hub, "uwsgi")


def see_all(stack: Stack, hub: int, service: str) -> None:
    workers = SERVICES[service]
    stack.wait_until_serving(service)
    until(lambda: len(pids(stack, service)) == workers, lambda: str(stack.ps()))
    with Editor(hub) as editor:
        editor.armed(stack.source(SOURCES[service]), stack.line_of(SOURCES[service], "who"))
        seen = see_ten_stop(stack, editor, service)
        if workers > 1:
            before = pids(stack, service)
            stack.compose("exec", "-T", service, "python", "-c", KILL, *map(str, before))
            seen = see_ten_stop(stack, editor, service)
            assert not seen & before, "the dead do not answer"
        editor.request("disconnect")
    # The hub lets go before a worker has put all back.
    until(lambda: seen <= clean(stack, service), lambda: str(stack.get(service, "/traces")))


def pids(stack: Stack, service: str) -> set[int]:
    """Return the workers that are there, of Python 3.14 all of them."""
    found = [one for one in stack.ps() if (one["service"], one["role"]) == (service, "worker")]
    assert all(one["python"].startswith("3.14") for one in found), found
    return {one["pid"] for one in found}


def see_ten_stop(stack: Stack, editor: Editor, service: str) -> set[int]:
    """See each of ten requests stop and be answered; return who served them."""
    requests = stack.getting(service, *[f"/who/{number}" for number in range(10)])
    names = []
    walk(editor, requests, lambda thread: names.append(editor.evaluate("name", editor.top(thread))))
    answers = [request.result() for request in requests]
    assert [answer["greeting"] for answer in answers] == [f"hello {number}" for number in range(10)]
    assert sorted(names) == sorted(f"'{number}'" for number in range(10)), "one stop for each request"
    return {answer["pid"] for answer in answers}


def clean(stack: Stack, service: str) -> set[int]:
    """Ask many times what a debugger has left; return in whom it is nothing."""
    answers = [request.result() for request in stack.getting(service, *["/traces"] * 20)]
    untouched = {"tool": None, "tracers": [], "threads": ["hatchway_agent.doorbell"]}
    return {answer["pid"] for answer in answers if answer == {"pid": answer["pid"], **untouched}}
