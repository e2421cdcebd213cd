"""The segmentation example's development container: F5, a breakpoint, an edit, a commit, and no new image."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker.stack import docker
from e2e.environments import ROOT
from e2e.examples import PATIENCE, read, wait_until_healthy
from e2e.projects import Project, apart
from e2e.running import Editor, Running, printed_by

pytestmark = [pytest.mark.docker, pytest.mark.timeout(300)]
CLI = "@devcontainers/cli@0.89.0"
"""What VS Code itself opens such containers with."""
F5 = ("sh", "-c", "echo $$ >/tmp/server.pid; exec python api/server.py")
SHIFT_F5 = ("sh", "-c", "kill $(cat /tmp/server.pid)")
USER = 10001
"""Of the container: the folder is to be its own."""


class Development(Project):
    """The project as .devcontainer has it."""

    def __init__(self, folder: Path) -> None:
        super().__init__("segmentation", folder)
        self.case = self.example.case
        place = self.folder / ".devcontainer" / "devcontainer.json"
        self.told = json.loads(place.read_text())
        files = [os.path.relpath(place.parent / file, self.folder) for file in self.told["dockerComposeFile"]]
        self.environ["COMPOSE_FILE"] = os.pathsep.join(files)
        if os.getuid() == 0:
            for one in [self.folder, *self.folder.rglob("*")]:
                os.chown(one, USER, USER)

    def exec(self, *words: str) -> list[str]:
        """Return the command that runs one in the container, where its folder is."""
        where = ("--workdir", self.told["workspaceFolder"], self.told["service"])
        return ["docker", "compose", "exec", "-T", *where, *words]

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Start the server as F5 does, and end it as Shift+F5 does."""
        with Running(self.exec(*F5), self.folder, **self.environ) as server:
            wait_until_healthy(self.base())
            yield
            subprocess.run(self.exec(*SHIFT_F5), cwd=self.folder, env=self.environ, check=True)
            server.process.wait(PATIENCE)

    def segments(self) -> object:
        return read(self.case.request.send(self.base()))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Development]:
    with apart(), Development(tmp_path_factory.mktemp("project")) as stack:
        stack.compose("build")
        yield stack


def test_f5_debugs_what_is_edited_and_builds_nothing(project: Development) -> None:  # S2.18, S2.19, S2.20
    assert project.told["forwardPorts"] == [8000]
    hub = project.up()
    before = {name: one["Id"] for name, one in project.containers().items()}
    assert set(before) == {"fastapi", "streamlit"}, "the page is up as well"
    case, edit = project.case, project.example.edit
    with Editor(hub) as editor, ThreadPoolExecutor(1) as client:
        editor.start({case.source: [case.line]})
        for value, answer in ((case.value, case.request.answer), (edit.value, edit.answer)):
            with project.serving():
                segments = client.submit(project.segments)
                thread = editor.stopped(PATIENCE)
                frame = editor.top(thread)
                assert (frame["source"]["path"], frame["line"]) == (str(case.source), case.line)
                assert editor.locals_of(frame)[1][case.local] == value
                editor.resume(thread)
                assert segments.result(PATIENCE) == answer
            if value == case.value:
                edit.make()
        editor.request("disconnect")
    assert before == {name: one["Id"] for name, one in project.containers().items()}
    project.hatchway("down")


@pytest.fixture(scope="module")
def cli() -> list[str]:
    """Return the command of the CLI, installed once."""
    if shutil.which("npm") is None:
        pytest.skip("there is no npm")
    folder = ROOT / ".cache" / "devcontainers"
    words = ("--no-audit", "--no-fund", "--silent", "--prefer-offline", f"--prefix={folder}")
    subprocess.run(["npm", "install", *words, CLI], check=True)
    return [str(folder / "node_modules" / ".bin" / "devcontainer")]


def test_it_is_opened_and_committed_from(  # S2.18, S2.20
    project: Development, cli: list[str], tmp_path: Path
) -> None:
    environ = {**project.environ, "TMPDIR": str(tmp_path)}
    del environ["COMPOSE_FILE"]  # the CLI reads which from devcontainer.json

    def devcontainer(command: str, *words: str) -> str:
        return printed_by([*cli, command, f"--workspace-folder={project.folder}", *words], **environ)

    opened = json.loads(devcontainer("up").splitlines()[-1])
    try:
        assert (opened["outcome"], opened["remoteUser"]) == ("success", "app")
        assert opened["remoteWorkspaceFolder"] == "/workspace"
        with project.serving():
            assert project.segments() == project.example.edit.answer
        as_somebody = ("git", "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
        for words in (("init", "--quiet"), ("add", "api"), ("commit", "--quiet", "--message=Work")):
            devcontainer("exec", *as_somebody, *words)
        assert devcontainer("exec", "git", "log", "--format=%s %an") == "Work Somebody\n"
    finally:
        image = docker("inspect", "--format={{.Image}}", opened["containerId"]).strip()
        project.compose("down", "--timeout=1")
        docker("image", "rm", "--force", image)
