"""Each link of the examples is broken once, with nothing but Python: `--prove` names the one that is."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from docker.stack import LEFT_BEHIND
from e2e.environments import app_python, cannot_build, newest
from e2e.examples import EXAMPLES, GROUPS, wait_until_healthy
from e2e.proving import prove
from e2e.running import Editor, Running, free_port

HATCHWAY = [sys.executable, "-m", "hatchway"]
GUNICORN = ("{python}", "-m", "gunicorn", "--workers=1", "--graceful-timeout=1", "--bind=127.0.0.1:{port}")


@dataclass(frozen=True)
class Break:
    """A link that does not hold."""

    example: str
    command: tuple[str, ...]
    link: str
    """Which one is named, and why."""
    file: str = ""
    """What of this one is another then ..."""
    text: str = ""
    becomes: str = ""
    words: tuple[str, ...] = ()
    move: Callable[[Path], object] | None = None
    """What is done to the folder before it runs."""
    line: str = "Booting worker"
    """What is printed once it is there to be proved."""


def run_a_copy(folder: Path) -> None:
    """What runs is a copy elsewhere, as in an image that was built before the last edit."""
    shutil.copytree(folder, folder.parent / "image")
    edit(folder / "degrees.py", "app = Flask(__name__)", "app = Flask(\n    __name__\n)")


def run_another(folder: Path) -> None:
    """What runs has no file here at all."""
    shutil.copytree(folder, folder.parent / "image")
    (folder.parent / "image/app.py").rename(folder.parent / "image/elsewhere.py")


def without_a_framework(folder: Path) -> None:
    """What runs is WSGI alone."""
    (folder / "plain.py").write_text(
        "def app(environ, start):\n    start('200 OK', [])\n    return [b'plain']\n"
    )


def edit(file: Path, text: str, becomes: str) -> None:
    assert file.read_text().count(text) == 1
    file.write_text(file.read_text().replace(text, becomes))


BREAKS = {
    "isolated": Break(
        "degrees",
        ("{python}", "-I", *GUNICORN[1:], "--chdir={folder}", "degrees:app"),
        r"workers run degrees: .* is out of reach: Python's -I ignores",
        line="out of reach",
    ),
    "cleared": Break(
        "uwsgi",
        ("env", "-i", "{python.parent}/uwsgi", "--ini=uwsgi.ini", "--http-socket=127.0.0.1:{port}"),
        r"workers run uwsgi: .* is out of reach: its environment was cleared",
        line="out of reach",
    ),
    "no address": Break(
        "segmentation",
        ("{python}", "-m", "uvicorn", "--app-dir=api", "--uds={folder}/socket", "server:app"),
        r"the service answers nobody answers HTTP.*; `--url` says where it does",
        line="Uvicorn running",
    ),
    "no framework": Break(
        "message",
        (*GUNICORN, "plain:app"),
        r"its framework tells its routes no route of Flask, Django, FastAPI or Starlette answers a GET",
        move=without_a_framework,
    ),
    "not mapped": Break(
        "message",
        (*GUNICORN, "--chdir={folder}/../image", "elsewhere:app"),
        r"a handler is in this project all are in files of others; `--route /a/path` names another",
        move=run_another,
    ),
    "stale image": Break(
        "degrees",
        (*GUNICORN, "--chdir={folder}/../image", "degrees:app"),
        r"degrees\.py is what runs .*/image/degrees\.py differs from your degrees\.py: its lines are others",
        move=run_a_copy,
    ),
    "answered before": Break(
        "geoip",
        ("{python}", "main.py", "--port={port}"),
        r"GET /\S* stops there it was answered with 200 and did not stop",
        file="easygeoip/app.py",
        text="    app.register_blueprint(api)",
        becomes="    app.before_request(lambda: 'kept')\n    app.register_blueprint(api)",
        line="Running on",
    ),
    "never answered": Break(
        "uwsgi",
        ("{python.parent}/uwsgi", "--ini=uwsgi.ini", "--http-socket=127.0.0.1:{port}"),
        r"it runs on and is answered its time is over; `--seconds` gives it more",
        file="core/api.py",
        text="    value = sum(map(number_of, texts))",
        becomes='    __import__("threading").Event().wait()\n    value = sum(map(number_of, texts))',
        words=("--route", "/sum", "--seconds", "8"),
        line="spawned uWSGI worker 2",
    ),
}


@pytest.fixture
def copied(folder: Path) -> Callable[[str], Path]:
    """Copies an example, which may be changed."""
    return lambda name: shutil.copytree(EXAMPLES / name, folder / name, ignore=LEFT_BEHIND)


def run(python: Path, folder: Path, command: tuple[str, ...], port: int = 0) -> Running:
    port = port or free_port()
    words = [word.format(python=python, port=port, folder=folder) for word in command]
    return Running([*HATCHWAY, "run", "--", *words], folder, PYTHONDONTWRITEBYTECODE="1")


@pytest.mark.parametrize("name", BREAKS)
def test_the_broken_link_is_named(name: str, copied: Callable[[str], Path]) -> None:
    one = BREAKS[name]
    group = GROUPS.get(one.example, "")
    if why := cannot_build(newest(), group):
        pytest.skip(why)
    folder = copied(one.example)
    if one.file:
        edit(folder / one.file, one.text, one.becomes)
    if one.move:
        one.move(folder)
    with run(app_python(newest(), group), folder, one.command) as running:
        running.line(one.line)
        code, told = prove(folder, *one.words)
    assert code == 1
    assert re.search(f" NO {one.link}", told), told


def test_an_editor_that_is_attached_and_an_edit_since_are_named(
    newest_python: Path, copied: Callable[[str], Path]
) -> None:
    port, message = free_port(), copied("message")
    with run(newest_python, message, (*GUNICORN, "app:app"), port) as running:
        wait_until_healthy(f"http://127.0.0.1:{port}")
        line = (message / "app.py").read_text().splitlines().index("    store().set(KEY, new_message)") + 1
        with Editor(running.hub_port) as editor:
            editor.armed(message / "app.py", line)
            code, told = prove(message)
            assert code == 1
            assert " NO workers run test is attached, and would be shown our stops" in told
        edit(message / "app.py", "hello world", "hello, world")
        code, told = prove(message, "--route", "/")
        assert code == 1
        assert " NO app.py is what runs it was edited since the worker has loaded it: hello runs" in told
