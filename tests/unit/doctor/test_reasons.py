"""What is said of breakpoints that do not bind, out of the project's own files."""

from datetime import date
from pathlib import Path

import pytest

from hatchway.doctor.diagnose import diagnose, known_rules
from hatchway.doctor.reading.project import read_facts
from hatchway.doctor.reasons import RULES, reason

COMPOSE = """\
services:
  web:
    build: web
  proxy:
    image: nginx:1
    volumes: ["./static:/srv/static:ro"]
"""
LAUNCH = """\
{"configurations": [{
  "name": "web",
  "pathMappings": [{"localRoot": "${workspaceFolder}/web", "remoteRoot": "/srv/shop"}]
}]}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "app.py").touch()
    (tmp_path / "web" / "Dockerfile").write_text("FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\n")
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    return tmp_path


def told(project: Path, path: str) -> str:
    facts = read_facts(project, date(2026, 11, 20))
    return reason(facts, diagnose(facts, known_rules(), chosen=RULES), path)


def test_the_rule_that_explains_it_is_named_with_its_place(project: Path) -> None:
    (project / ".vscode").mkdir()
    (project / ".vscode" / "launch.json").write_text(LAUNCH)
    place = "(HW207, .vscode/launch.json:3:74)"
    assert (
        told(project, "web/app.py")
        == f"no container has its code in /srv/shop; it is in /app or /srv/static {place}"
    )


@pytest.mark.parametrize("path", ["web/app.py", "static/hooks.py", ""])
def test_a_file_that_a_service_has_is_no_reason(project: Path, path: str) -> None:
    assert told(project, path) == ""


def test_a_file_that_no_service_has_is_named(project: Path) -> None:
    expected = "no service is built from a folder with tools/load.py, or mounts it"
    assert told(project, "tools/load.py") == expected


def test_without_services_there_is_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "app.py").touch()
    assert told(tmp_path, "app.py") == ""
