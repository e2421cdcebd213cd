"""Each example under Hatchway, on its embedded default and in containers: stop, read, edit, see the edit."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.engine import require_engine
from docker.stack import Stack
from e2e.environments import app_python, cannot_build, newest
from e2e.examples import EXAMPLES, NAMES, debug_and_edit, load_example, wait_until_healthy
from e2e.running import Running, free_port

GROUPS = {"uwsgi": "uwsgi"}
"""The environments of the examples that need more than requirements/apps.txt."""


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Rendezvous and cache lie apart from the user's own."""
    with tempfile.TemporaryDirectory(prefix="hw-") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        monkeypatch.setenv("XDG_CACHE_HOME", f"{directory}/cache")
        yield Path(directory)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("runtime")
def test_it_is_debugged_and_edited_with_nothing_but_python(name: str, tmp_path: Path) -> None:
    group = GROUPS.get(name, "")
    if why := cannot_build(newest(), group):
        pytest.skip(why)
    example = load_example(
        shutil.copytree(
            EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3")
        )
    )
    port = str(free_port())
    command = [word.replace("{port}", port) for word in example.case.command]
    # Nothing else on the path: no Redis to be found. Of two edits in one second Python would take the
    # first one's compiled file for the second's.
    environ = {
        "PATH": str(app_python(newest(), group).parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        **example.edit.environ,
    }
    argv = [sys.executable, "-m", "hatchway", "run", "--", *command]
    with Running(argv, example.case.folder, **environ) as running:
        base = f"http://127.0.0.1:{port}"
        wait_until_healthy(base)
        debug_and_edit(example, running.hub_port, base)


@pytest.mark.docker
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("runtime")
def test_it_is_debugged_and_edited_in_containers_without_a_rebuild(name: str, tmp_path: Path) -> None:
    require_engine()
    port = load_example(EXAMPLES / name).port
    with Stack(name, tmp_path, EXAMPLES, [port]) as stack:
        example = load_example(stack.folder)
        hub = stack.up("--build")
        before = stack.containers()[example.service]["Id"]
        base = f"http://127.0.0.1:{stack.ports[port]}"
        wait_until_healthy(base)
        debug_and_edit(example, hub, base)
        assert stack.containers()[example.service]["Id"] == before, "neither rebuilt nor recreated"
