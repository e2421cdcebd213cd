"""Each example under Hatchway, on its embedded default and in containers: prove, stop, read, edit, see it."""

import shutil
import sys
from pathlib import Path

import pytest
from docker.stack import LEFT_BEHIND
from e2e.environments import app_python, cannot_build, newest
from e2e.examples import EXAMPLES, GROUPS, NAMES, debug_and_edit, load_example, wait_until_healthy
from e2e.projects import Project, apart
from e2e.proving import require_whole
from e2e.running import Running, free_port


@pytest.mark.parametrize("name", NAMES)
def test_debugged_and_edited_with_nothing_but_python(name: str, tmp_path: Path) -> None:  # S0.M4, S0.M5
    group = GROUPS.get(name, "")
    if why := cannot_build(newest(), group):
        pytest.skip(why)
    example = load_example(shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=LEFT_BEHIND))
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
    with apart(), Running(argv, example.case.folder, **environ) as running:
        base = f"http://127.0.0.1:{port}"
        wait_until_healthy(base)
        require_whole(example.case.folder)
        debug_and_edit(example, running.hub_port, base)


@pytest.mark.docker
@pytest.mark.timeout(600)  # the first builds take minutes
@pytest.mark.parametrize("name", NAMES)
def test_debugged_and_edited_in_containers(name: str, tmp_path: Path) -> None:  # S0.M4, S3.13, S3.14
    with apart(), Project(name, tmp_path) as project:
        project.compose("build")
        hub = project.up()
        before = project.containers()
        wait_until_healthy(project.base())
        require_whole(project.folder, project.example.service)
        debug_and_edit(project.example, hub, project.base())
        (is_same,) = {project.containers()[one]["Id"] == before[one]["Id"] for one in before}
        assert is_same, "neither rebuilt nor recreated"
