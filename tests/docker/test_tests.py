"""`hatchway test SERVICE`: in a container of its own, which may write nowhere, and nothing is left of it."""

import json
import os
import shlex
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.stack import Stack, docker
from e2e.running import Editor
from e2e.terminal import Terminal


@pytest.fixture(scope="module")
def stack(runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    assert runtime.is_dir()
    with Stack("tested", tmp_path_factory.mktemp("project")) as stack:
        yield stack


def left(stack: Stack) -> str:
    """Return what there is of the project, and of ours."""
    label = ("--quiet", "--filter", f"label=com.docker.compose.project={stack.project}")
    listings = [("ps", "--all"), ("network", "ls"), ("volume", "ls")]
    return "".join(docker(*words, *label) for words in listings)


def test_a_hardened_service_is_tested(stack: Stack) -> None:
    image = docker("image", "inspect", "--format", "{{.Id}} {{.RepoDigests}}", "python:3.12-slim")
    refused = stack.hatchway("test", "web")
    assert refused.returncode == 1
    assert "(tests/test_shop.py is written for it), and the image of web has none" in refused.stderr

    done = stack.hatchway("test", "web", "--with", "pytest", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == told["code"] == 1, done.stderr
    assert told.items() >= {"tests": 3, "failures": 1, "skipped": 1, "runner": "pytest"}.items()
    reports = stack.folder / "reports"
    assert {file.stat().st_uid for file in [reports, *reports.iterdir()]} == {os.getuid()}
    assert f"<source>{stack.folder}</source>" in (reports / "coverage.xml").read_text()
    assert docker("image", "inspect", "--format", "{{.Id}} {{.RepoDigests}}", "python:3.12-slim") == image
    assert not left(stack), "what it depends on is gone, too"


def test_what_ran_already_stays(stack: Stack) -> None:
    stack.compose("up", "--detach", "store")
    before = left(stack)
    done = stack.hatchway("test", "web", "--with", "pytest", "--", "-k", "store")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert left(stack) == before
    stack.compose("down", "--volumes")


@pytest.mark.parametrize("service", ["newest", pytest.param("oldest", marks=pytest.mark.nightly)])
def test_each_python_has_its_own_tools(service: str, stack: Stack) -> None:
    done = stack.hatchway("test", service, "--with", "pytest", "--json", "--", "-k", "wrong")
    assert done.returncode == 1, done.stderr
    assert done.stdout, done.stderr
    assert json.loads(done.stdout)["coverage"]["percent"] < 100
    assert "Python tracer" not in done.stderr


def test_the_debugger_stands_where_a_test_fails(stack: Stack) -> None:
    words = ("web", "--with", "pytest", "--pdb", "-b", "shop.py:3", "--", "-k", "wrong")
    with Terminal(stack.folder, *words, command="test", patience=100, **stack.environ) as terminal:
        said = terminal.prompt()
        assert "price()" in said
        assert str(stack.source("shop.py")) in said, "the file is the one here"
        said = terminal.type("c")
        assert "AssertionError" in said
        assert str(stack.source("tests/test_shop.py")) in said
        assert "41" in terminal.type("p paid")
        terminal.send("c\r")
        assert terminal.end() == 1
    assert "% covered" in terminal.said, "with breakpoints"
    with Terminal(stack.folder, *words, command="test", patience=100, **stack.environ) as terminal:
        terminal.prompt()
        assert terminal.leave("q!") == 130
    assert not left(stack)


def test_an_editor_comes_first(stack: Stack) -> None:
    words = ("test", "web", "--with", "pytest", "--wait", "--", "-k", "wrong")
    with (
        stack.running(*words) as run,
        Editor(int(run.line(r"ready on 127\.0\.0\.1:(\d+)", 100)[1])) as editor,
    ):
        editor.start({stack.source("shop.py"): [3]})
        thread = editor.stopped(100)
        assert editor.locals_of(editor.top(thread))[1]["total"] == "82"
        editor.resume(thread)
        thread = editor.stopped(60)
        assert editor.top(thread)["name"] == "test_wrong"
        editor.resume(thread)
        run.line("written: reports/junit.xml, reports/coverage.xml", 60)
        assert run.process.wait(60) == 1
    assert not left(stack)


def test_ctrl_c_ends_the_run_and_leaves_nothing(stack: Stack) -> None:
    override = stack.source("compose.override.yaml")
    override.write_text("services:\n  web:\n    environment: { SLOW: 'yes' }\n")
    with stack.running("test", "web", "--with", "pytest", "--", "-s", "-k", "slow") as run:
        run.line("begun", 100)
        assert run.end(signal.SIGINT, 100) == 130
    assert any("KeyboardInterrupt" in line for line in run.lines), "the tests have ended themselves"
    assert not left(stack)

    with stack.running("test", "web", "--with", "pytest", "--", "-s", "-k", "slow") as run:
        run.line("begun", 100)
        owner = f"label=hatchway.owner={socket.gethostname()}/{run.process.pid}"
        ours = ("ps", "--all", "--quiet", "--filter", owner)
        assert len(docker(*ours).split()) == 2
        run.process.kill()
        run.process.wait()
        assert stack.hatchway("test", "bare").returncode == 1
        assert not docker(*ours), "what was killed, the next run clears away"
    override.unlink()
    stack.compose("down", "--volumes")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nobody", "the compose project has no service `nobody`"),
        ("bare", "its image holds no Python"),
        ("wrapped --with pytest", "the container of wrapped ended with exit code 0, before its tests did"),
        ("web --with no-such-package-at-all", "no-such-package-at-all could not be fetched for Python 3.12"),
        ("", "which service is to be tested?"),
    ],
)
def test_what_is_in_the_way_is_said(words: str, said: str, stack: Stack) -> None:
    done = stack.hatchway("test", *shlex.split(words))
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "hint: " in done.stderr
    assert not left(stack)


def test_an_entrypoint_can_be_left_out(stack: Stack) -> None:
    done = stack.hatchway("test", "wrapped", "--with", "pytest", "--no-entrypoint", "--", "-k", "wrong")
    assert "1 failed" in done.stdout, done.stderr
