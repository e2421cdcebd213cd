"""What goes wrong with Docker, as a person meets it: a sentence, a hint, an exit code, no leftovers."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from docker.stack import HATCHWAY, Stack, docker
from e2e.running import Running

COMPOSE = "services:\n  web:\n    image: python:3.12-slim\n    command: python -m http.server\n"
PERMISSION = (
    "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: "
    'Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/info": dial unix: connect: permission denied'
)
Hatchway = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path, runtime: Path) -> Path:
    assert runtime.is_dir()
    project = tmp_path / "errors"
    project.mkdir()
    (project / "compose.yaml").write_text(COMPOSE)
    return project


@pytest.fixture
def hatchway(folder: Path) -> Hatchway:
    def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*HATCHWAY, *words],
            cwd=folder,
            env={**os.environ, "NO_COLOR": "1", **environ},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )

    return run


@pytest.fixture
def pretend(tmp_path: Path) -> Callable[..., str]:
    """Makes a PATH whose `docker` fails with these words at some calls, and is the real one otherwise."""

    def make(err: str, *, at: str = "*") -> str:
        real = shutil.which("docker")
        program = tmp_path / "bin" / "docker"
        program.parent.mkdir()
        program.write_text(
            f"#!{shutil.which('sh')}\ncase \"$*\" in {at})\ncat >&2 <<'END'\n{err}\nEND\nexit 1;; esac\n"
            f'exec {real} "$@"\n'
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return f"{program.parent}:{os.environ['PATH']}"

    return make


def require_error(done: subprocess.CompletedProcess[str], message: str, hint: str, code: int = 1) -> None:
    assert done.returncode == code, done.stdout + done.stderr
    assert f"hatchway: error: {message}" in done.stderr
    assert f"\nhint: {hint}" in done.stderr
    assert "Traceback" not in done.stderr
    assert leftovers() == []


def leftovers() -> list[str]:
    """Return the containers of our own that stay; another program's may be there for a moment."""
    shown = "{{.Names}} {{.Status}}, {{.RunningFor}}: {{.Image}} {{.Command}} {{.Labels}}"
    words = ("ps", "--all", "--no-trunc", "--filter", "name=hatchway-idle-", "--format", shown)
    deadline = time.monotonic() + 30
    while (found := docker(*words).splitlines()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def test_no_docker_client(hatchway: Hatchway) -> None:
    done = hatchway("up", PATH=str(Path(sys.executable).parent))
    require_error(done, "the command `docker` is not found", "Install Docker, or run the app on this host")


def test_an_engine_that_does_not_run(hatchway: Hatchway) -> None:
    done = hatchway("up", DOCKER_HOST="unix:///nowhere/docker.sock")
    at = "the Docker engine does not answer at unix:///nowhere/docker.sock"
    require_error(done, at, "Start it, or say which one is meant: DOCKER_HOST")


def test_no_permission(hatchway: Hatchway, pretend: Callable[..., str]) -> None:
    done = hatchway("up", PATH=pretend(PERMISSION, at="*ps*"))
    require_error(done, "this user may not use the Docker engine", "Join the group `docker`")


@pytest.mark.parametrize(
    "words",
    [
        "docker: 'compose' is not a docker command.\nSee 'docker --help'",
        "docker: unknown command: docker compose\n\nRun 'docker --help' for more information",
        "unknown shorthand flag: 'f' in -f\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]",
    ],
)
def test_no_compose_plug_in_or_only_the_first_version(
    words: str, hatchway: Hatchway, pretend: Callable[..., str]
) -> None:
    done = hatchway("up", PATH=pretend(words, at="compose*"))
    require_error(done, "docker has no `compose` (version 2)", "Install the Compose plug-in")


def test_no_compose_file(hatchway: Hatchway, folder: Path) -> None:
    (folder / "compose.yaml").unlink()
    require_error(
        hatchway("up"), "there is no compose file here", "Call hatchway in the folder of compose.yaml"
    )


@pytest.mark.parametrize("text", ["services: {web: [", "services: {web: {imag: x}}", "services: {web: {}}"])
def test_an_invalid_compose_file(text: str, hatchway: Hatchway, folder: Path) -> None:
    (folder / "compose.yaml").write_text(text)
    require_error(hatchway("up"), "the compose file is not valid: ", "`docker compose config` checks it.")


def test_an_unknown_service(hatchway: Hatchway) -> None:
    done = hatchway("up", "shop")
    require_error(done, "the compose project has no service `shop`", "It has: web.")


def test_a_build_that_fails_shows_its_output(hatchway: Hatchway, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM python:3.12-slim\nRUN echo a clear reason && false\n")
    (folder / "compose.yaml").write_text("services: {web: {build: .}}")
    done = hatchway("up", "-d")
    require_error(done, "web could not be built (exit code ", "The lines above say why")
    assert "a clear reason" in done.stdout + done.stderr


def test_no_python_in_the_service(hatchway: Hatchway, folder: Path) -> None:
    (folder / "compose.yaml").write_text("services: {cache: {image: redis:7}}")
    done = hatchway("up", "cache")
    require_error(
        done, "`cache` cannot be debugged: its image holds no Python", "Name services that run Python"
    )
    done = hatchway("up")
    require_error(done, "no service of this project can be debugged", "cache: its image holds no Python")


def test_a_python_that_is_too_old(hatchway: Hatchway, folder: Path) -> None:
    (folder / "compose.yaml").write_text("services: {old: {image: 'python:3.9-slim'}}")
    done = hatchway("up", "old")
    reason = "`old` cannot be debugged: its Python is 3.9, and 3.10 is the oldest"
    require_error(done, reason, "Name services that run Python 3.10 or newer")


def test_no_room(hatchway: Hatchway, pretend: Callable[..., str], tmp_path: Path) -> None:
    err = "Error response from daemon: write /opt/hatchway/pydevd/pydevd.py: no space left on device"
    # Also what asks whether the volume is full: it may be, by an earlier test.
    path = pretend(err, at="cp\\ -*|cp\\ *complete*")
    done = hatchway("up", PATH=path, XDG_CACHE_HOME=str(tmp_path / "fresh"))
    require_error(done, "the Docker engine has no room left", "Make some: `docker system df`")


def test_the_hubs_port_is_taken(hatchway: Hatchway) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hatchway("up", "--port", str(port))
    require_error(done, f"port {port} on 127.0.0.1 cannot be listened on", "name another with --port")


@pytest.mark.parametrize("detach", [["-d"], []])
def test_a_published_port_is_taken(detach: list[str], hatchway: Hatchway, folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (folder / "compose.yaml").write_text(f"{COMPOSE}    ports: ['127.0.0.1:{port}:8000']\n")
        done = hatchway("up", *detach)
    require_error(done, "the project could not be started", "Compose's own lines above say why.")
    assert str(port) in done.stderr
    assert hatchway("down").returncode == 0


def test_down_lets_alone_what_bears_the_name_of_the_folder(hatchway: Hatchway, folder: Path) -> None:
    (folder / "compose.yaml").unlink()
    labels = (f"project={folder.name}", "service=web", f"project.working_dir=/elsewhere/{folder.name}")
    known = (*labels, "oneoff=False", "config-hash=1", "container-number=1")
    words = [word for label in known for word in ("--label", f"com.docker.compose.{label}")]
    theirs = docker("run", "--detach", "--rm", *words, "busybox", "sleep", "300").strip()
    try:
        assert hatchway("down", "--volumes").returncode == 0
        assert docker("ps", "--quiet", "--no-trunc", "--filter", f"id={theirs}").strip() == theirs
    finally:
        docker("rm", "--force", theirs)


@pytest.mark.parametrize("environ", [{}, {"PATH": str(Path(sys.executable).parent)}], ids=["", "no docker"])
def test_down_says_that_there_is_nothing(environ: dict[str, str], hatchway: Hatchway, folder: Path) -> None:
    (folder / "compose.yaml").unlink()
    done = hatchway("down", **environ)
    said = "hatchway: nothing to end: no hub of this folder, and no container\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")


def test_down_ends_what_was_started_with_a_profile(hatchway: Hatchway, folder: Path) -> None:
    job = "image: busybox\n    command: sleep 300\n    stop_grace_period: 0s\n    profiles: [jobs]\n"
    (folder / "compose.yaml").write_text(f"name: {folder.name}-jobs\nservices:\n  job:\n    {job}")
    docker("compose", "--project-directory", str(folder), "--profile", "jobs", "up", "--detach")
    assert hatchway("down").returncode == 0
    for kind in (("ps", "--all"), ("network", "ls")):
        label = f"label=com.docker.compose.project={folder.name}-jobs"
        assert not docker(*kind, "--quiet", "--filter", label)


def test_a_container_that_exits_at_once_shows_its_last_lines(hatchway: Hatchway, folder: Path) -> None:
    command = "python -c 'raise SystemExit(\"no settings\")'"
    (folder / "compose.yaml").write_text(COMPOSE.replace("python -m http.server", command))
    done = hatchway("up", "-d")
    require_error(done, "web ended at once", "The other services run on; `hatchway down` ends them.")
    assert "no settings" in done.stdout
    done = hatchway("up")
    require_error(done, "web ended with exit code 1", "The last lines of its output above say why.")
    assert "no settings" in done.stdout + done.stderr
    assert hatchway("down").returncode == 0


def test_ctrl_c_during_a_build_leaves_nothing_of_ours(stacks: Callable[[str], Stack], tmp_path: Path) -> None:
    stack = stacks("small")
    (stack.folder / "Dockerfile").write_text("FROM python:3.12-slim\nRUN echo begun && sleep 600\n")
    (stack.folder / "compose.yaml").write_text("services: {web: {build: ., command: sleep 60}}")
    stack.environ["XDG_CACHE_HOME"] = str(tmp_path / "fresh")
    with Running([*HATCHWAY, "up"], stack.folder, **stack.environ) as running:
        running.line("begun")
        assert running.end(signal.SIGINT) == 130
        assert not [line for line in running.lines if "Traceback" in line]
    assert leftovers() == []
    assert not docker(
        "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={stack.project}"
    )
    assert stack.hatchway("ps").returncode == 1


def test_attach_to_what_was_not_started_by_us(hatchway: Hatchway, folder: Path) -> None:
    subprocess.run(["docker", "compose", "up", "-d"], cwd=folder, check=True, capture_output=True)
    try:
        done = hatchway("attach", "web")
        require_error(
            done, "web runs, but not started by hatchway", "`hatchway up web` starts only that anew"
        )
    finally:
        hatchway("down")


@pytest.mark.parametrize(
    "stage",
    [
        "hatchway: preparing",
        "hatchway: starting",
        "Container .* Creat",
        "hatchway: ready on",
    ],
)
def test_ctrl_c_at_each_stage_leaves_nothing_of_ours(
    stage: str, stacks: Callable[[str], Stack], tmp_path: Path
) -> None:
    stack = stacks("small")
    stack.environ["XDG_CACHE_HOME"] = str(tmp_path / "fresh")  # everything is to be done
    with Running([*HATCHWAY, "up"], stack.folder, **stack.environ) as running:
        running.line(stage)
        assert running.end(signal.SIGINT) == 130
    assert leftovers() == []
    assert not docker("ps", "--quiet", "--filter", f"label=com.docker.compose.project={stack.project}")
    assert stack.hatchway("ps").returncode == 1


def test_ctrl_c_while_going_into_the_background_leaves_no_hub(stacks: Callable[[str], Stack]) -> None:
    stack = stacks("small")
    with Running([*HATCHWAY, "up", "-d"], stack.folder, **stack.environ) as running:
        running.line("Container .* Creat")
        assert running.end(signal.SIGINT) == 130
    assert leftovers() == []
    done = stack.hatchway("down")
    assert "hub" not in done.stdout
