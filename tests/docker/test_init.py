"""`hatchway init` brings projects of the corpus to run in containers, and proves it; nothing stays behind."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker.stack import HATCHWAY

CASES = Path(__file__).parents[1] / "cases" / "init"
EXAMPLES = Path(__file__).parents[2] / "examples"
CONTAINED = (
    "Dockerfile*",
    "*compose*.y*ml",
    ".dockerignore",
    ".devcontainer",
    ".vscode",
    "venv",
    "__pycache__",
)
"""What is taken from an example before it is set up anew."""

QUICK = ("flask-celery-redis", "fastapi-single-file", "django-plain")
LONG = (
    "flask-single-file",
    "flask-factory-package",
    "flask-two-apps",
    "fastapi-mounted-apps",
    "falcon-asgi-no-version",
    "hyphens-and-spaces",
    "new-syntax",
    "plain-asgi",
    "quart-unlocked-uv",
    "sanic-own-server",
    "script-http-server",
    "starlette-hypercorn",
)
ROUTELESS = ("script-http-server",)
"""No line of theirs is known to answer a request."""
UV = Path(sys.executable).with_name("uv")
STOPS = ("binds at", "stops at", "runs on")


def left_of(folder: Path) -> set[str]:
    """Return every container, volume, network and image of a folder's checks."""
    found: set[str] = set()
    for words in (("ps", "--all"), ("volume", "ls"), ("network", "ls"), ("images",)):
        field = {"ps": "{{.Names}}", "images": "{{.Repository}}"}.get(words[0], "{{.Name}}")
        told = subprocess.run(
            ["docker", *words, "--format", field], capture_output=True, text=True, check=True
        )
        found |= {name for name in told.stdout.split() if name.startswith(f"hatchway-check-{folder.name}-")}
    return found


@pytest.fixture
def set_up(tmp_path: Path, runtime: Path) -> Iterator[Callable[..., Path]]:
    """Copies a project and has `hatchway init` write what it lacks; nothing of it may stay in the engine."""
    assert runtime.is_dir()
    folders: list[Path] = []

    def set_up(source: Path, *without: str) -> Path:
        # A name of its own: others may be at the same engine.
        folder = tmp_path / f"case-{secrets.token_hex(4)}"
        folders.append(folder)
        shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*without))
        if (folder / "pyproject.toml").exists() and "uv.lock" in without:
            subprocess.run([UV, "lock", "--quiet"], cwd=folder, check=True)
        done = hatchway(folder, "init", "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        return folder

    yield set_up
    assert [left for folder in folders for left in left_of(folder)] == []


def hatchway(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    argv = [*HATCHWAY, *words]
    return subprocess.run(
        argv, cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def require_holds(folder: Path, stops: tuple[str, ...] = STOPS) -> None:
    done = hatchway(folder, "init", "--check", "--json")
    links = json.loads(done.stdout)["links"]
    assert done.returncode == 0, links[-1]["detail"]
    whats = " | ".join(link["what"] for link in links)
    assert all(word in whats for word in stops), whats


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", [*QUICK, *(pytest.param(case, marks=pytest.mark.nightly) for case in LONG)])
def test_a_project_builds_answers_and_stops(case: str, set_up: Callable[..., Path]) -> None:
    require_holds(set_up(CASES / case / "project"), () if case in ROUTELESS else STOPS)


@pytest.mark.timeout(600)
@pytest.mark.nightly
def test_what_is_locked_is_what_is_installed(set_up: Callable[..., Path]) -> None:
    folder = set_up(CASES / "fastapi-uv-postgres" / "project", "uv.lock")
    assert "uv sync --inexact --locked" in (folder / "Dockerfile").read_text()
    require_holds(folder)


@pytest.mark.timeout(900)
@pytest.mark.nightly
@pytest.mark.parametrize("example", ["degrees", "message", "uwsgi"])
def test_an_example_without_its_containers_is_brought_back(example: str, set_up: Callable[..., Path]) -> None:
    require_holds(set_up(EXAMPLES / example, *CONTAINED))


@pytest.mark.timeout(600)
def test_an_edit_of_the_code_reinstalls_nothing(set_up: Callable[..., Path]) -> None:
    folder = set_up(CASES / "flask-single-file" / "project")
    name = f"hatchway-check-{folder.name}-edited"
    build = ["docker", "build", "--progress=plain", "--tag", name, "."]
    try:
        subprocess.run(build, cwd=folder, capture_output=True, check=True)
        with (folder / "app.py").open("a") as file:
            file.write("\nEDITED = True\n")
        again = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=True)
    finally:
        subprocess.run(["docker", "rmi", "--force", name], capture_output=True, check=False)
    steps = dict(line.split(" ", 1) for line in again.stderr.splitlines() if line.startswith("#"))
    done = {number for number, rest in steps.items() if rest == "CACHED"}
    installs = [line.split(" ")[0] for line in again.stderr.splitlines() if "pip --python" in line]
    assert installs
    assert set(installs) <= done, again.stderr
    assert "COPY . ." in again.stderr


@pytest.mark.timeout(600)
def test_what_does_not_hold_is_named_with_what_the_app_said(set_up: Callable[..., Path]) -> None:
    folder = set_up(CASES / "flask-single-file" / "project")
    app = folder / "app.py"
    app.write_text(app.read_text() + '\nraise RuntimeError("no store in sight")\n')
    done = hatchway(folder, "init", "--check")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert any(line.startswith("  ok   the images build") for line in lines)
    assert any(line.startswith("  NO   ") for line in lines)
    assert "no store in sight" in done.stdout
    assert lines[-1] == "hatchway: all that was started is gone again"


@pytest.mark.timeout(600)
@pytest.mark.nightly
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_check_that_is_ended_leaves_nothing(number: int, code: int, set_up: Callable[..., Path]) -> None:
    folder = set_up(CASES / "flask-single-file" / "project")
    argv = [*HATCHWAY, "init", "--check"]
    with subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, text=True) as checking:
        assert checking.stdout is not None
        assert any("web start" in line for line in checking.stdout)
        assert left_of(folder)
        checking.send_signal(number)
        checking.stdout.read()
    assert checking.returncode == code
