"""Users, read-only roots, capabilities, entrypoints, environments, Pythons: each stops at a breakpoint."""

import json
from collections.abc import Iterator

import pytest
from docker.stack import Stack
from e2e.running import Editor

pytestmark = pytest.mark.timeout(300)  # the first test builds seven images, with real tools from the index

UNREACHED = {
    "env-i": "its environment was cleared; ",
    "ignores-environment": "Python's -E ignores PYTHONPATH; leave it out of the command while you debug",
    "own-front": "/app/more/sitecustomize.py comes before ours on PYTHONPATH; put its folder behind",
}

VENVS = {
    "uv": "/app/.venv/bin/",
    "uv-on-path": "/app/.venv/bin/",
    "poetry": "/root/.cache/pypoetry/virtualenvs/tools-",
    "pipenv": "/root/.local/share/virtualenvs/app-",
}
"""Where the tools make the environment of an app, if nothing else is said."""


@pytest.fixture(scope="module")
def stack(runtime: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    assert runtime
    with Stack("hardened", tmp_path_factory.mktemp("project")) as stack:
        stack.compose("build")
        yield stack


@pytest.fixture(scope="module")
def said(stack: Stack) -> str:
    done = stack.hatchway("up", "-d")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def stops(stack: Stack, said: str) -> dict[str, tuple[str, str]]:
    """The services that stopped at one breakpoint, each with the path it stopped in, and its Python."""
    services = set(stack.compose("config", "--services").split()) - UNREACHED.keys()
    port = int(said.split("ready on 127.0.0.1:")[1].split(maxsplit=1)[0])
    found: dict[str, tuple[str, str]] = {}
    with Editor(port) as editor:
        editor.start({stack.source("app/app.py"): [stack.line_of("app/app.py", "tick")]}, client="vscode")
        while found.keys() < services:
            thread = editor.stopped(timeout=60)
            frame = editor.top(thread)
            assert "count" in editor.locals_of(frame)[1]
            names = {known["id"]: known["name"] for known in editor.request("threads")["threads"]}
            python = editor.evaluate("__import__('sys').executable", frame).strip("'")
            found[names[thread].partition("/")[0]] = (frame["source"]["path"], python)
        editor.request("disconnect")
    return found


def test_every_service_stops_at_the_one_breakpoint(stack: Stack, stops: dict[str, tuple[str, str]]) -> None:
    assert {path for path, _ in stops.values()} == {str(stack.source("app/app.py"))}
    assert len(stops) == 23


def test_the_process_found_is_that_of_the_tools_environment(stops: dict[str, tuple[str, str]]) -> None:
    pythons = {name: stops[name][1] for name in VENVS}
    assert {name: python for name, python in pythons.items() if not python.startswith(VENVS[name])} == {}


def test_each_process_out_of_reach_is_named_in_its_container(
    stack: Stack, stops: dict[str, tuple[str, str]]
) -> None:
    assert not UNREACHED.keys() & stops.keys()
    told = json.loads(stack.hatchway("ps", "--json").stdout)["missing"]
    assert {one["service"] for one in told} == UNREACHED.keys()
    for one in told:
        assert f"is out of reach: {UNREACHED[one['service']]}" in one["sentence"]
        assert one["pid"] == 1


def test_containers_run_on_after_the_editor_has_left(stack: Stack, stops: dict[str, tuple[str, str]]) -> None:
    states = {name: found["State"] for name, found in stack.containers().items()}
    assert {name for name, state in states.items() if not state["Running"]} == set()
    assert not {name for name, state in states.items() if state["Restarting"] or state["OOMKilled"]}
    assert stops.keys() < states.keys()


def test_a_health_check_keeps_its_test_and_never_fails_for_a_pause(
    stack: Stack, stops: dict[str, str]
) -> None:
    assert "checked" in stops
    checked = stack.containers()["checked"]
    assert checked["Config"]["Healthcheck"]["Test"] == ["CMD", "python", "-c", "pass"]
    assert checked["Config"]["Healthcheck"]["Interval"] == 10**9
    assert checked["Config"]["Healthcheck"]["Retries"] > 10**5
