"""What goes wrong with a plain container, as a person meets it: a sentence, a hint, an exit code."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from docker.plain import IMAGE, Plain
from docker.stack import HATCHWAY, docker


def require_error(done: subprocess.CompletedProcess[str], message: str, hint: str, code: int = 1) -> None:
    assert done.returncode == code, done.stdout + done.stderr
    assert f"hatchway: error: {message}" in done.stderr
    assert f"\nhint: {hint}" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_that_was_not_started_by_us_is_named_with_the_way_out(plain: Plain) -> None:
    docker(*plain.words("-d")[1:])
    done = plain.hatchway("attach", plain.name)
    hint = f"start it anew: hatchway run -- docker run [your options] {IMAGE}"
    require_error(done, f"{plain.name} runs, but not started by hatchway", hint)


def test_one_of_a_compose_project_is_named_with_its_service_and_folder(plain: Plain, tmp_path: Path) -> None:
    labels = {"service": "web", "project.working_dir": str(tmp_path / "shop")}
    options = [f"--label=com.docker.compose.{name}={value}" for name, value in labels.items()]
    docker(*plain.words("-d", *options)[1:])
    done = plain.hatchway("attach", plain.name)
    require_error(
        done, "web runs, but not started", f"`hatchway up web` in {tmp_path / 'shop'} starts it anew"
    )


def test_one_that_is_paused_is_said_to_be(plain: Plain) -> None:
    docker(*plain.words("-d")[1:])
    docker("pause", plain.name)
    done = plain.hatchway("attach", plain.name)
    require_error(done, f"the container {plain.name} is paused", f"`docker unpause {plain.name}` first")
    docker("unpause", plain.name)


def test_one_that_does_not_run_is_said_not_to(plain: Plain) -> None:
    docker(*plain.words("-d", command=("python", "-c", "raise SystemExit(3)"))[1:])
    docker("wait", plain.name)
    done = plain.hatchway("attach", plain.name)
    message = f"the container {plain.name} does not run: it ended with exit code 3"
    require_error(done, message, f"`docker start {plain.name}` first")


def test_a_name_that_nothing_has(plain: Plain) -> None:
    done = plain.hatchway("attach", "nobody")
    message = "no service nobody runs under hatchway in this folder, and no container is named nobody"
    require_error(done, message, "start it with `hatchway run")


def test_a_hub_over_another_engine_is_not_joined(plain: Plain) -> None:
    with plain.running("run", "--", HATCHWAY[0], "app.py") as local:
        assert local.hub_port
        done = plain.hatchway("run", "--", *plain.words("--rm"))
        require_error(done, f"the hub on 127.0.0.1:{local.hub_port} follows what", "end it first")
    assert plain.known() is None


def test_an_image_without_python(plain: Plain) -> None:
    done = plain.hatchway("run", "--", *plain.words("--rm", image="busybox"))
    require_error(done, "busybox cannot be debugged: its image holds no Python", "Name an image with")


def test_an_image_that_is_missing_shows_dockers_own_words(plain: Plain) -> None:
    done = plain.hatchway("run", "--", *plain.words("--rm", image="127.0.0.1:9/nothing:here"))
    require_error(
        done, "the image 127.0.0.1:9/nothing:here cannot be had", "Docker's own lines above say why"
    )
    assert "127.0.0.1:9" in done.stderr.partition("hatchway: error")[0]
    done = plain.hatchway("run", "--", *plain.words("--pull=never", image="127.0.0.1:9/nothing:here"))
    require_error(done, "there is no image 127.0.0.1:9/nothing:here", "`docker images` lists")


@pytest.mark.parametrize("detached", [[], ["-d"]])
def test_a_name_in_use_shows_dockers_own_words(detached: list[str], plain: Plain) -> None:
    docker(*plain.words("-d")[1:])
    done = plain.hatchway("run", "--", *plain.words(*detached))
    require_error(done, "the container could not be started (exit code 125)", "Docker's own lines above")
    assert "is already in use by container" in done.stderr
    assert plain.hatchway("ps").returncode == 1, "no hub is left"


def test_a_container_that_ends_at_once(plain: Plain) -> None:
    words = plain.words(command=("python", "-c", "raise SystemExit('no settings')"))
    done = plain.hatchway("run", "--", *words[:2], "--rm", *words[2:])
    assert done.returncode == 1
    assert "no settings" in done.stderr
    done = plain.hatchway("run", "--", *words[:2], "-d", *words[2:])
    require_error(done, f"{plain.name} ended at once with exit code 1", "`docker logs")
    assert "no settings" in done.stdout
    assert plain.hatchway("ps").returncode == 1, "no hub is left"


def test_no_docker_client_and_no_engine(plain: Plain, tmp_path: Path) -> None:
    done = plain.hatchway("run", "--", *plain.words(), PATH=str(tmp_path))
    require_error(done, "the command `docker` is not found", "Install Docker")
    done = plain.hatchway("run", "--", *plain.words(), DOCKER_HOST="unix:///nowhere/docker.sock")
    require_error(done, "the Docker engine does not answer at unix:///nowhere", "Start it, or say which")


def test_podman_is_refused_whatever_it_calls_itself(plain: Plain, tmp_path: Path) -> None:
    done = plain.hatchway("run", "--", "podman", "run", IMAGE)
    require_error(done, "what `podman` starts runs out of reach", "Podman is not supported", code=2)
    shim = tmp_path / "bin" / "docker"
    shim.parent.mkdir()
    said = "Client:       Podman Engine\\nVersion:      5.4.2\\n"
    shim.write_text(
        f'#!/bin/sh\ncase "$1" in version) printf "{said}";; *) exec {shutil.which("docker")} "$@";; esac\n'
    )
    shim.chmod(0o755)
    path = f"{shim.parent}:{os.environ['PATH']}"
    done = plain.hatchway("run", "--", *plain.words(), PATH=path)
    require_error(
        done, "`docker` is Podman here, and Podman is not supported", "Install Docker, or say where"
    )
    (plain.folder / "compose.yaml").write_text(f"services: {{web: {{image: '{IMAGE}'}}}}")
    done = plain.hatchway("up", PATH=path)
    require_error(
        done, "`docker` is Podman here, and Podman is not supported", "Install Docker, or say where"
    )
