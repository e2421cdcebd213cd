"""What the doctor finds in containers that run: a door that is open, and files that are older than yours."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from docker.stack import HATCHWAY

from hatchway.doctor.reading.docker import DockersView, images_here, read_with_docker

pytestmark = pytest.mark.docker
COMPOSE = """\
services:
  web:
    build: service
    init: true
    ports: ["5678"]
    volumes: ["./service/mounted:/app/mounted:ro"]
"""
DOCKERFILE = """\
FROM busybox
WORKDIR /app
COPY . .
CMD ["sleep", "600"]
"""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Path]:
    """A project of one container that runs."""
    for path in ("app.py", "views.py", "mounted/tasks.py"):
        (tmp_path / "service" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "service" / path).write_text("started = 1\n")
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "service" / "Dockerfile").write_text(DOCKERFILE)
    compose = ["docker", "compose"]
    try:
        subprocess.run([*compose, "up", "--build", "--detach"], cwd=tmp_path, capture_output=True, check=True)
        yield tmp_path
    finally:
        away = [*compose, "down", "--volumes", "--rmi", "local", "--timeout", "1"]
        subprocess.run(away, cwd=tmp_path, capture_output=True, check=True)


def test_docker_says_what_it_makes_of_compose_files(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services: {web: {image: 'python:${PY:-3.13}-slim', init: true}}\n")
    assert read_with_docker(tmp_path).services["web"]["image"] == "python:3.13-slim"
    file.write_text("services: {web: {image: 'python:3.13-slim', portz: [8000]}}\n")
    view = read_with_docker(tmp_path)
    assert (view.services, view.file) == ({}, "compose.yaml")
    assert view.complaint.startswith("services.web ")
    assert "portz" in view.complaint
    file.write_text("services: {web: {image: '${PY?which}'}}\n")
    assert read_with_docker(tmp_path) == DockersView()


def test_images_that_are_here_say_how_they_run() -> None:
    told = images_here({"busybox", "hatchway.example/nowhere:1", "${IMAGE}"})
    assert list(told) == ["busybox"]
    assert told["busybox"].words == ("sh",)
    assert told["busybox"].is_roots


def found(project: Path) -> dict[str, str]:
    argv = [*HATCHWAY, "doctor", "--json", "--only", "HW223", "--only", "HW411"]
    done = subprocess.run(argv, cwd=project, capture_output=True, text=True, check=False)
    return {one["code"]: one["message"] for one in json.loads(done.stdout)}


def test_what_runs_is_compared_with_the_files(shop: Path) -> None:
    assert found(shop) == {"HW411": "port 5678 of it is open to all networks, now"}
    (shop / "service" / "views.py").write_text("started = 2\n")
    (shop / "service" / "mounted" / "tasks.py").write_text("started = 2\n")
    (shop / "service" / "app.py").touch()
    (shop / "service" / "new.py").write_text("started = 2\n")
    assert found(shop)["HW223"] == "its `service/views.py` is older than yours: breakpoints go astray"
