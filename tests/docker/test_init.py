"""`hatchway init` brings projects of the corpus to run in containers, and proves it; nothing stays behind."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from docker.engine import ENSURE
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
    "test_store.py",
)
"""What is taken from an example before it is set up anew, and tests that have this machine's `ps` look on."""

CHECKED = (
    "django-own-command",
    "django-plain",
    "falcon-asgi-no-version",
    "fastapi-single-file",
    "fastapi-uv-postgres",
    "flask-celery-redis",
    "flask-factory-package",
    "flask-single-file",
    "hyphens-and-spaces",
    "plain-asgi",
    "quart-unlocked-uv",
    "script-http-server",
    "starlette-hypercorn",
    "uv-workspace",
)
CHECKED_AT_NIGHT = (
    "django-collected-static",
    "fastapi-mounted-apps",
    "fastapi-pdm",
    "fastapi-sqlite-file",
    "flask-editable-requirements",
    "flask-poetry",
    "flask-two-apps",
    "new-syntax",
    "sanic-own-server",
    "setup-py-extras",
    "supervisord-in-dockerfile",
    "two-kinds-of-server",
)
BROUGHT_BACK = ("message", "degrees")
"""The longest first: the others run beside it."""
BROUGHT_BACK_AT_NIGHT = ("uwsgi", "geoip", "segmentation")
OF_THIS_MACHINE = {"geoip": ("tests",)}
"""Tests of an example that read what lies beside this checkout."""
ASKED_FOR = {"geoip": "postgis/postgis:16-3.5"}
"""Images that only one project needs."""
TESTED = (
    "django-plain",
    "fastapi-pdm",
    "fastapi-uv-postgres",
    "flask-factory-package",
    "flask-poetry",
    "flask-single-file",
    "setup-py-extras",
    *BROUGHT_BACK,
    "uwsgi",
)
"""Those that have tests."""
ROUTELESS = ("plain-asgi", "script-http-server")
"""No line of theirs is known to answer a request."""
UV = Path(sys.executable).with_name("uv")
_TOOL = (UV, "run", "--quiet", "--no-project", "--isolated", "--with")
_POETRY = """
index=$(python -c "import os
from pip._internal.models.index import PyPI
print(os.environ.get('PIP_INDEX_URL', PyPI.simple_url))")
poetry source add --quiet --priority=primary index "$index" && poetry lock --quiet
"""
"""Of its own index Poetry wants JSON, which a mirror need not have; of this one it takes what pip takes."""
LOCKED_BY = {
    "uv.lock": (UV, "lock", "--quiet", "--python", sys.executable),
    "pdm.lock": (*_TOOL, "pdm[locked]>=2.20,<3", "pdm", "lock", "--quiet"),
    "poetry.lock": (*_TOOL, "poetry>=2.1,<3", "--with", "pip", "sh", "-c", _POETRY),
}
"""What makes each kind of lock file."""
STOPS = ("binds at", "stops at", "runs on")
AT_ONCE = 3
"""Most of a check is waiting: for a hub, for health checks."""

Outcome = Callable[[str], subprocess.CompletedProcess[str]]


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

    def set_up(source: Path) -> Path:
        folders.append(written(source, tmp_path))
        return folders[-1]

    yield set_up
    assert [left for folder in folders for left in left_of(folder)] == []


@pytest.fixture(scope="module")
def checked(
    request: pytest.FixtureRequest, runtime: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Outcome]:
    """Gives how the check of a test's project ended; a few run at once."""
    assert runtime.is_dir()

    def attempt(name: str) -> subprocess.CompletedProcess[str]:
        example = EXAMPLES / name
        if name in ASKED_FOR and os.access(ENSURE, os.X_OK):
            subprocess.run([ENSURE, ASKED_FOR[name]], check=True)
        folder = written(example if example.exists() else CASES / name / "project", folders)
        before = set(folder.rglob("*"))
        done = hatchway(folder, "init", "--check", "--json")
        assert left_of(folder) == set()
        assert set(folder.rglob("*")) == before
        return done

    folders = tmp_path_factory.mktemp("checked")
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        chosen = [item for item in request.session.items if item.path == request.path]
        names = [
            item.callspec.params["name"] for item in chosen if "checked" in getattr(item, "fixturenames", ())
        ]
        begun = {name: crowd.submit(attempt, name) for name in names}
        yield lambda name: begun[name].result()
        for future in begun.values():  # of tests that were not come to
            future.cancel()


def written(source: Path, parent: Path) -> Path:
    """Return a copy of a project, of an example without its containers, with what `hatchway init` writes."""
    # A name of its own: others may be at the same engine.
    folder = parent / f"case-{secrets.token_hex(4)}"
    locks = [name for name in LOCKED_BY if (source / name).exists()]
    of_example = (*CONTAINED, *OF_THIS_MACHINE.get(source.name, ()))
    without = of_example if source.parent == EXAMPLES else locks
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(*without))
    for name in locks:  # it names no index, hence nothing that could be had
        subprocess.run(LOCKED_BY[name], cwd=folder, check=True)
    done = hatchway(folder, "init", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def hatchway(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    argv = [*HATCHWAY, *words]
    return subprocess.run(
        argv, cwd=folder, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def at_night(names: Iterable[str]) -> Iterator[ParameterSet]:
    return (pytest.param(name, marks=pytest.mark.nightly) for name in names)


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "name", [*BROUGHT_BACK, *CHECKED, *at_night(CHECKED_AT_NIGHT), *at_night(BROUGHT_BACK_AT_NIGHT)]
)
def test_a_project_builds_answers_stops_and_passes_its_tests(name: str, checked: Outcome) -> None:
    done = checked(name)
    links = json.loads(done.stdout)["links"]
    assert done.returncode == 0, links[-1]["detail"]
    whats = " | ".join(link["what"] for link in links)
    stops = () if name in ROUTELESS else STOPS
    assert all(word in whats for word in (*stops, *(("none fails",) if name in TESTED else ()))), whats


def test_what_is_locked_is_what_is_installed(tmp_path: Path) -> None:
    for case, command in (
        ("fastapi-uv-postgres", "uv sync --inexact --locked"),
        ("uv-workspace", "uv sync --inexact --locked --all-packages"),
    ):
        folder = written(CASES / case / "project", tmp_path)
        assert command in (folder / "Dockerfile").read_text()


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


@pytest.mark.timeout(600)
def test_what_a_killed_check_left_the_next_takes_away(set_up: Callable[..., Path]) -> None:
    folder = set_up(CASES / "flask-single-file" / "project")
    argv = [*HATCHWAY, "init", "--check"]
    with subprocess.Popen(argv, cwd=folder, stdout=subprocess.PIPE, text=True) as checking:
        assert checking.stdout is not None
        assert any("web start" in line for line in checking.stdout)
        checking.kill()
    assert left_of(folder)
    (folder / "Dockerfile").write_text("FROM nowhere.example/none\n")
    again = hatchway(folder, "init", "--check")
    assert again.returncode == 1
    assert f"removing what a check of {folder} left that was killed" in " ".join(again.stderr.split())
    assert not left_of(folder)
    assert hatchway(folder, "ps").returncode == 1, "its hub has ended, too"
