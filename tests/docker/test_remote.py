"""An engine elsewhere: nothing of this host can be mounted there, and all works the same."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.plain import Plain
from docker.stack import STACKS, Stack, docker
from e2e.running import Editor

BINARIES = Path("/opt/ensure-docker")


@pytest.fixture(scope="module")
def engine(runtime: Path) -> Iterator[str]:
    """Docker in Docker; a second engine beside the first would take away its bridge."""
    assert runtime.is_dir()
    if not BINARIES.is_dir():
        pytest.skip(f"needs an engine's programs in {BINARIES}")
    image = docker("build", "--quiet", str(STACKS / "engine")).strip()
    options = ["--detach", "--rm", "--privileged", "--volume", f"{BINARIES}:{BINARIES}:ro"]
    name = docker("run", *options, "--volume", "/var/lib/docker", image).strip()
    try:
        address = docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", name).strip()
        host = f"tcp://{address}:2375"
        deadline = time.monotonic() + 30
        while subprocess.run(
            ["docker", "--host", host, "version"], capture_output=True, check=False
        ).returncode:
            assert time.monotonic() < deadline, docker("logs", name)
            time.sleep(0.1)
        with subprocess.Popen(["docker", "save", "python:3.12-slim"], stdout=subprocess.PIPE) as saved:
            subprocess.run(
                ["docker", "--host", host, "load"], stdin=saved.stdout, check=True, capture_output=True
            )
        yield host
    finally:
        docker("rm", "--force", "--volumes", name)


@pytest.fixture(params=["DOCKER_HOST", "context"])
def remote(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    """A project on the other engine, which is named by environment or by context."""
    if request.param == "DOCKER_HOST":
        monkeypatch.setenv("DOCKER_HOST", engine)
    else:
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "config"))
        docker("context", "create", "elsewhere", "--docker", f"host={engine}")
        docker("context", "use", "elsewhere")
    with Stack("copied", tmp_path) as stack:
        yield stack


def test_breakpoints_stop_in_a_container_of_an_engine_elsewhere(remote: Stack) -> None:
    port = remote.up()
    remote.wait_for_workers(web=1)
    with Editor(port) as editor:
        editor.armed(remote.source("app.py"), remote.line_of("app.py", "tick"))
        frame = editor.top(editor.stopped())
        assert frame["source"]["path"] == str(remote.source("app.py"))
        assert "count" in editor.locals_of(frame)[1]
        editor.request("disconnect")
    assert remote.project not in docker(
        "--host", "unix:///var/run/docker.sock", "ps", "--format", "{{.Names}}"
    )


@pytest.mark.parametrize("remote", ["DOCKER_HOST"], indirect=True)
def test_reports_come_from_an_engine_elsewhere(remote: Stack) -> None:
    done = remote.hatchway("test", "web")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "testing with unittest, Python 3.12" in done.stdout
    assert {"junit.xml", "coverage.xml"} < {file.name for file in (remote.folder / "reports").iterdir()}


def test_a_plain_container_of_an_engine_named_on_the_command_line(engine: str, plain: Plain) -> None:
    image = docker("--host", engine, "build", "--quiet", str(STACKS / "copied")).strip()
    app = plain.folder / "app.py"
    shutil.copy(STACKS / "copied" / "app.py", app)
    lines = enumerate(app.read_text().splitlines(), 1)
    line = next(number for number, text in lines if text.endswith("# stop: tick"))
    with plain.running("run", "--", "docker", "--host", engine, "run", "--rm", image) as running:
        with Editor(running.hub_port) as editor:
            editor.armed(app, line)
            frame = editor.top(editor.stopped())
            assert (frame["source"]["path"], frame["line"]) == (str(app), line), "found by its content"
            editor.request("disconnect")
        assert running.end(signal.SIGINT) == 130
    assert not docker("--host", engine, "ps", "--quiet")
