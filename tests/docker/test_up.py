"""`hatchway up` and `down` on a real stack: what they start, leave alone and leave behind."""

import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from docker.stack import Stack, docker
from e2e.running import READY

from hatchway.engines.rendezvous import known_directory

PYTHON = {"web", "api", "worker"}
PLAIN = {"redis", "postgres"}


@pytest.fixture(scope="module")
def originals(shop: Stack) -> dict[str, dict[str, object]]:
    """The stack's containers as plain Compose makes them."""
    shop.compose("up", "--detach")
    return shop.containers()


def test_up_leaves_image_command_and_ports_as_they_are(
    shop: Stack, originals: dict[str, dict[str, object]]
) -> None:
    done = shop.hatchway("up", "-d")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in done.stderr, "the hub is well"
    assert "hatchway: starting api, web, worker (as they are: postgres, redis)" in done.stdout
    assert re.search(READY.pattern + r"\(\d services?, \d workers?\)$", done.stdout, re.MULTILINE)
    shop.wait_for_workers(web=3, api=2, worker=2)
    armed = shop.containers()
    for name in PYTHON:
        before, after = originals[name], armed[name]
        assert before["Id"] != after["Id"], "it was recreated"
        for fact in ("Image", "Path", "Args"):
            assert before[fact] == after[fact]
        for fact in ("Image", "Cmd", "Entrypoint", "User", "WorkingDir", "ExposedPorts"):
            assert before["Config"].get(fact) == after["Config"].get(fact)
        assert before["HostConfig"]["PortBindings"] == after["HostConfig"]["PortBindings"]
        unlike = set(after["Config"]["Env"]) ^ set(before["Config"]["Env"])
        assert {entry.partition("=")[0] for entry in unlike} == {
            "PYTHONPATH",
            "HATCHWAY_RUN",
            "UWSGI_PY_CALL_UWSGI_FORK_HOOKS",
            "UWSGI_PY_CALL_OSAFTERFORK",
            "UWSGI_ENABLE_THREADS",
        }
    for name in PLAIN:
        assert originals[name]["Id"] == armed[name]["Id"], "it was not even restarted"


def test_a_hub_in_the_background_is_found_and_suffers_no_other(shop: Stack) -> None:
    roles = {(process["service"], process["role"]) for process in shop.ps()}
    assert roles >= {(name, "worker") for name in PYTHON}
    again = shop.hatchway("attach")
    assert again.returncode == 1
    assert "a hub already runs for this folder" in again.stderr


def test_nothing_of_ours_lies_in_the_project(shop: Stack) -> None:
    names = {path.name for path in shop.folder.rglob("*") if "__pycache__" not in path.parts}
    assert (
        names
        == {"compose.yaml", "web", "api", "worker", "Dockerfile", "app.py", "tasks.py", "__pycache__"} & names
    )
    assert not docker("ps", "--all", "--quiet", "--filter", "name=hatchway-idle-")


def test_plain_compose_gives_the_original_configuration_back(
    shop: Stack, originals: dict[str, dict[str, object]]
) -> None:
    shop.compose("up", "--detach")
    for name, found in shop.containers().items():
        assert found["Config"]["Env"] == originals[name]["Config"]["Env"]
        assert found["Config"]["Labels"].keys() == originals[name]["Config"]["Labels"].keys() | (
            found["Config"]["Labels"].keys() & {"com.docker.compose.replace"}
        )
        assert {mount["Destination"] for mount in found["Mounts"]} == {
            mount["Destination"] for mount in originals[name]["Mounts"]
        }


def test_up_of_one_service_starts_that_alone_anew(shop: Stack) -> None:
    before = {name: found["Id"] for name, found in shop.containers().items()}
    done = shop.hatchway("up", "-d", "api")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hatchway: starting api (as they are: postgres, redis, web, worker)" in done.stdout
    after = {name: found["Id"] for name, found in shop.containers().items()}
    assert {name for name in before if before[name] != after[name]} == {"api"}
    shop.wait_for_workers(api=2)


def test_down_ends_hub_and_project_and_leaves_nothing(shop: Stack) -> None:
    shop.hatchway("down")
    assert not docker(
        "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={shop.project}"
    )
    assert not docker(
        "network", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={shop.project}"
    )
    assert shop.hatchway("ps").returncode == 1
    assert not known_directory(shop.folder).exists()


def test_up_in_the_foreground_shows_the_apps_output_and_ends_with_ctrl_c(shop: Stack) -> None:
    with shop.running("up") as running:
        running.line(r"^hatchway: starting api, web, worker")
        running.line(READY.pattern)
        running.line(r"web-1 .*Booting worker")
        assert running.end(signal.SIGINT) == 130
    assert not docker("ps", "--quiet", "--filter", f"label=com.docker.compose.project={shop.project}")


def test_depends_on_keeps_its_meaning_and_who_is_late_is_named_and_then_told(
    stacks: Callable[[str], Stack],
) -> None:
    stack = stacks("waiting")
    with stack.running("up") as running:
        running.line(READY.pattern)
        assert "web" in running.line(r"^hatchway: still starting: (.*)$")[1].split(", ")
        deadline = time.monotonic() + 60
        while "store" not in (there := stack.compose("ps", "--services").split()):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert "web" not in there, "it waits"
        stack.compose("exec", "-T", "store", "touch", "/state/go")
        running.line(r"^hatchway: web has started$", timeout=60)
        found = stack.containers()
        assert found["migrate"]["State"]["ExitCode"] == 0
        assert found["migrate"]["State"]["FinishedAt"] < found["web"]["State"]["StartedAt"]
        started = [line for line in running.lines if line.endswith(" has started")]
        assert len(started) == len(set(started)), "each once"


def test_a_project_whose_file_lies_elsewhere_is_found_again_by_down(stacks: Callable[[str], Stack]) -> None:
    stack = stacks("small")
    (stack.folder / "ops").mkdir()
    (stack.folder / "compose.yaml").rename(stack.folder / "ops" / "stack.yaml")
    stack.environ["COMPOSE_FILE"] = "ops/stack.yaml"  # for what the stack itself does
    elsewhere = {"COMPOSE_FILE": ""}
    done = stack.hatchway("up", "-d", "-f", "ops/stack.yaml", **elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr
    stack.wait_for_workers(web=1)
    done = stack.hatchway("down", **elsewhere, COMPOSE_PROJECT_NAME="")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not docker(
        "ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={stack.project}"
    )


def test_containers_of_our_own_are_none_of_the_projects(
    stacks: Callable[[str], Stack], tmp_path: Path
) -> None:
    stack = stacks("copied")
    stack.environ["XDG_CACHE_HOME"] = str(tmp_path / "fresh")  # all is to be filled and compiled
    stack.compose("build")
    image = docker("image", "inspect", "--format", "{{.Id}}", f"{stack.project}-web").strip()
    since = str(time.time())
    with stack.running("up") as running:
        running.line(READY.pattern)
        deadline = time.monotonic() + 60
        while len(ours := removed(since, image)) < 2:  # it filled the volume, and compiled what is in there
            assert time.monotonic() < deadline, ours
            time.sleep(0.2)
        assert not ours & removed(since, image, f"label=com.docker.compose.project={stack.project}")
        assert not [line for line in running.lines if "hatchway-" in line]
    since = str(time.time())
    stack.up()
    assert not removed(since, image), "once for each payload"


def test_a_volume_that_is_in_use_is_left_as_it_is_by_another_cache(
    stacks: Callable[[str], Stack], tmp_path: Path
) -> None:
    stack = stacks("copied")
    stack.up()
    look = ("exec", "-T", "web", "stat", "--format", "%i %Z", "/opt/hatchway/sitecustomize.py")
    before = stack.compose(*look)
    done = stack.hatchway("up", "-d", XDG_CACHE_HOME=str(tmp_path / "fresh"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert stack.compose(*look) == before


def removed(since: str, image: str, *filters: str) -> set[str]:
    """Return the names of containers of an image that were removed since, by the engine's own account."""
    words = [word for one in ("event=destroy", *filters) for word in ("--filter", one)]
    words += ["--format", "{{.Actor.Attributes.image}}\t{{.Actor.Attributes.name}}"]
    said = docker("events", "--since", since, "--until", str(time.time()), *words)
    pairs = [line.split("\t") for line in said.splitlines()]
    return {name for found, name in pairs if found == image and name.startswith("hatchway-")}
