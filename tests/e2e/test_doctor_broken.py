"""Each link of an example is broken once, with nothing but Python: `--prove` names the one that is."""

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from docker.stack import LEFT_BEHIND
from e2e.examples import EXAMPLES, wait_until_healthy
from e2e.proving import prove
from e2e.running import Editor, Running, free_port

HATCHWAY = [sys.executable, "-m", "hatchway"]
GUNICORN = ("{python}", "-m", "gunicorn", "--workers=1", "--graceful-timeout=1", "--bind=127.0.0.1:{port}")
FIRST = '@app.get("/")'
"""The head of the one route of examples/message that is asked by default."""


@dataclass(frozen=True)
class Break:
    """A link that does not hold."""

    link: str
    """Which one is named, and why."""
    text: str = ""
    """What of app.py is another then ..."""
    becomes: str = ""
    command: tuple[str, ...] = (*GUNICORN, "app:app")
    words: tuple[str, ...] = ()
    move: Callable[[Path], object] | None = None
    """What is done to the folder before it runs."""
    line: str = "Booting worker"
    """What is printed once it is there to be proved."""


def run_a_copy(folder: Path) -> None:
    """What runs is a copy elsewhere, as in an image that was built before the last edit."""
    shutil.copytree(folder, folder.parent / "image")
    edit(folder, "hello world", "hello\nworld")


def run_another(folder: Path) -> None:
    """What runs has no file here at all."""
    shutil.copytree(folder, folder.parent / "image")
    (folder.parent / "image/app.py").rename(folder.parent / "image/elsewhere.py")


def without_a_framework(folder: Path) -> None:
    """What runs is WSGI alone."""
    (folder / "plain.py").write_text(
        "def app(environ, start):\n    start('200 OK', [])\n    return [b'plain']\n"
    )


def edit(folder: Path, text: str, becomes: str) -> None:
    file = folder / "app.py"
    assert file.read_text().count(text) == 1
    file.write_text(file.read_text().replace(text, becomes))


BREAKS = {
    "isolated": Break(
        r"the service answers nobody answers HTTP.*; message: .* is out of reach: Python's -I ignores",
        line="out of reach",
        command=("{python}", "-I", *GUNICORN[1:], "app:app"),
    ),
    "cleared": Break(
        r"workers run message: .* is out of reach: its environment was cleared",
        line="out of reach",
        command=("env", "-i", *GUNICORN, "app:app"),
    ),
    "no address": Break(
        r"the service answers nobody answers HTTP.*; `--url` says where it does",
        command=(*GUNICORN[:-1], "--bind=unix:{folder}/socket", "app:app"),
    ),
    "no framework": Break(
        r"its framework tells its routes no route of Flask, Django, FastAPI or Starlette answers a GET",
        command=(*GUNICORN, "plain:app"),
        move=without_a_framework,
    ),
    "not mapped": Break(
        r"a handler is in this project all are in files of others; `--route /a/path` names another",
        command=(*GUNICORN, "--chdir={folder}/../image", "elsewhere:app"),
        move=run_another,
    ),
    "stale image": Break(
        r"app\.py is what runs .*/image/app\.py differs from your app\.py: its lines are others",
        command=(*GUNICORN, "--chdir={folder}/../image", "app:app"),
        move=run_a_copy,
    ),
    "answered before": Break(
        r"GET /message stops there it was answered with 200 and did not stop",
        text=FIRST,
        becomes="@app.before_request\ndef cache() -> str:\n    return 'kept'\n\n\n" + FIRST,
    ),
    "never answered": Break(
        r"it runs on and is answered its time is over; `--seconds` gives it more",
        text="message = store().get(KEY)",
        becomes="message = ''\n    threading.Event().wait()",
        words=("--seconds", "8"),
    ),
}


@pytest.fixture
def message(folder: Path) -> Path:
    """A folder with the example, which may be changed."""
    return shutil.copytree(EXAMPLES / "message", folder / "message", ignore=LEFT_BEHIND)


def run(python: Path, folder: Path, command: tuple[str, ...], port: int = 0) -> Running:
    port = port or free_port()
    words = [word.format(python=python, port=port, folder=folder) for word in command]
    return Running([*HATCHWAY, "run", "--", *words], folder, PYTHONDONTWRITEBYTECODE="1")


@pytest.mark.parametrize("name", BREAKS)
def test_the_broken_link_is_named(name: str, newest_python: Path, message: Path) -> None:
    one = BREAKS[name]
    if one.text:
        edit(message, one.text, one.becomes)
    if one.move:
        one.move(message)
    with run(newest_python, message, one.command) as running:
        running.line(one.line)
        code, told = prove(message, *one.words)
    assert code == 1
    assert re.search(f" NO {one.link}", told), told


def test_an_editor_that_is_attached_and_an_edit_since_are_named(newest_python: Path, message: Path) -> None:
    port = free_port()
    with run(newest_python, message, (*GUNICORN, "app:app"), port) as running:
        wait_until_healthy(f"http://127.0.0.1:{port}")
        line = (message / "app.py").read_text().splitlines().index("    store().set(KEY, new_message)") + 1
        with Editor(running.hub_port) as editor:
            editor.armed(message / "app.py", line)
            code, told = prove(message)
            assert code == 1
            assert " NO workers run test is attached, and would be shown our stops" in told
        edit(message, "hello world", "hello, world")
        code, told = prove(message, "--route", "/")
        assert code == 1
        assert " NO app.py is what runs it was edited since the worker has loaded it: hello runs" in told
