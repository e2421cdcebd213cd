"""`hatchway doctor --prove`: the chain holds on a real service, and where it is broken the link is named."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.proving import prove, require_whole
from e2e.running import APPS, Editor, Running, free_port

HATCHWAY = [sys.executable, "-m", "hatchway"]
APP = """\
from flask import Flask, request

app = Flask(__name__)


@app.get("/health")
def health():
    return "well"


@app.get("/")
def front():
    greeting = "hello"
    return greeting


@app.get("/who/<name>")
def who(name):
    return name


@app.get("/fall")
def fall():
    raise ValueError


@app.post("/who/<name>")
def rename(name):
    to = request.get_json()["to"]
    return to
"""

POSTED = ["--method", "post", "--body", '{"to": "bob"}']


@pytest.fixture
def running(newest_python: Path, folder: Path) -> Iterator[Running]:
    """A Flask service of three workers."""
    (folder / "shop.py").write_text(APP)
    port = free_port()
    gunicorn = [newest_python, "-m", "gunicorn", "-w", "3", "-b", f"127.0.0.1:{port}", "shop:app"]
    with Running([*HATCHWAY, "run", "--", *map(str, gunicorn)], folder) as service:
        assert service.hub_port
        service.lines_like("Booting worker", 3)
        yield service


def test_the_chain_holds_and_nothing_is_left_behind(running: Running) -> None:
    for words, place, local in (
        ([], "front, shop.py:13", "greeting = 'hello'"),
        (["--route", "/who/ann"], "who, shop.py:19", "name = 'ann'"),
        (["--route", "/who/ann", *POSTED], "rename, shop.py:29", "name = 'ann'"),
    ):
        told = require_whole(running.folder, *words)
        assert f"is handled by {place}" in told
        assert f"a local can be read: {local}" in told
        assert told.endswith("it runs on and is answered with 200")
    code, told = prove(running.folder, "--method", "POST")
    assert (code, "nothing is changed unasked" in told) == (1, True)
    told = require_whole(running.folder, "--route", "/fall")
    assert told.endswith("there is no local to be read ok it runs on and is answered with 500")
    edited = APP.replace("greeting = ", "greeting = 'oh, ' + ")
    (running.folder / "shop.py").write_text(edited)
    code, told = prove(running.folder)
    assert code == 1
    assert "NO shop.py is what runs it was edited since the worker has loaded it: front runs as it" in told
    states = subprocess.run(
        [*HATCHWAY, "ps"], cwd=running.folder, capture_output=True, text=True, check=True
    ).stdout
    assert "attached" not in states
    assert "stopped" not in states
    assert not [line for line in running.lines if "Worker exiting" in line]


def test_the_broken_link_is_named(running: Running) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    for words, link in (
        (["--url", nobody], f"NO the service answers nobody answers HTTP: tried {nobody}"),
        (["--route", "/nowhere"], "NO its framework tells its routes no route of Flask, Django, FastAPI or"),
        (["web"], "NO workers run no worker of web runs under hatchway"),
    ):
        code, told = prove(running.folder, *words)
        assert code == 1
        assert link in told


def test_a_process_out_of_reach_is_named_also_by_a_breakpoint(newest_python: Path, folder: Path) -> None:
    shutil.copy(APPS / "service.py", folder)
    server = ("-I", "-m", "http.server", str(free_port()))
    with Running([*HATCHWAY, "run", "--", str(newest_python), *server], folder) as service:
        service.line("out of reach")
        with Editor(service.hub_port) as editor:
            (one,) = editor.start({folder / "service.py": [1]})
            message = one["message"]
            if "out of reach" not in message:
                message = editor.event("breakpoint")["breakpoint"]["message"]
            assert "Python's -I ignores PYTHONPATH" in message
        code, told = prove(folder)
    assert code == 1
    assert "NO workers run" in told
    assert "Python's -I ignores PYTHONPATH" in told


def test_a_breakpoint_that_does_not_bind_says_what_the_doctor_knows(running: Running) -> None:
    mapping = {"localRoot": str(running.folder), "remoteRoot": "/srv/shop"}
    (running.folder / "Dockerfile").write_text("FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n")
    (running.folder / ".vscode").mkdir()
    launch = {"configurations": [{"name": "shop", "pathMappings": [mapping]}]}
    (running.folder / ".vscode" / "launch.json").write_text(json.dumps(launch))
    with Editor(running.hub_port) as editor:
        (one,) = editor.start({running.folder / "shop.py": [14]}, pathMappings=[mapping])
        assert not one["verified"]
        said = one.get("message", "")
        while "HW207" not in said:
            said = editor.event("breakpoint")["breakpoint"].get("message", "")
    assert "no container has its code in /srv/shop; it is in /app (HW207, .vscode/launch.json:1" in said


def test_without_anything_that_runs_it_is_said_how_to_start(folder: Path) -> None:
    code, told = prove(folder)
    assert code == 1
    assert told.startswith("NO something runs under hatchway here nothing runs under hatchway in this folder")
    assert "start it with `hatchway run -- COMMAND` or `hatchway up`, here" in told
