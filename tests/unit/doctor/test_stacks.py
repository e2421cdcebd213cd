"""Compose files that include and extend others, variables beside them, and what Docker makes of it all."""

from datetime import date
from pathlib import Path

import pytest

from hatchway.doctor.diagnose import diagnose, known_rules
from hatchway.doctor.facts import Facts, ImageConfiguration, Service
from hatchway.doctor.reading.docker import Docker, DockersView
from hatchway.doctor.reading.project import read_facts

TODAY = date(2026, 11, 20)
FILES = {
    "compose.yaml": """\
include:
  - infra/redis.yml
  - path: [infra/more.yml]
services:
  web:
    extends: {file: base.yml, service: python}
    image: python:${PY}-slim
    depends_on: [redis, mail]
""",
    "base.yml": """\
services:
  python:
    extends: plain
    init: true
    ports: ["127.0.0.1:8000:8000"]
  plain:
    image: python:3.9-slim
    links: [redis]
""",
    "infra/redis.yml": "services:\n  redis:\n    image: redis:latest\n",
    "infra/more.yml": "include: [../compose.yaml]\nservices:\n  mail:\n    build: mail\n",
    "infra/mail/Dockerfile": "FROM python:3.13-slim\n",
    ".env": "PY=3.8\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def named(facts: Facts, name: str) -> Service:
    (one,) = [service for service in facts.services if service.name == name]
    return one


def test_what_a_file_includes_and_extends_is_read_with_it(project: Path) -> None:
    facts = read_facts(project, TODAY)
    web = named(facts, "web")
    assert web.image == "python:3.8-slim"
    assert web.node["init"].is_true
    assert named(facts, "mail").context == "infra/mail"
    found = {(one.code, str(one.finding.where)) for one in diagnose(facts, known_rules())}
    assert {
        ("HW501", "compose.yaml:7:12"),
        ("HW602", "base.yml:8:5"),
        ("HW504", "infra/redis.yml:3:12"),
    } <= found
    assert "HW610" not in {code for code, _ in found}


def test_docker_knows_the_variables_of_the_shell(project: Path) -> None:
    view = DockersView({"web": {"image": "python:3.14-slim", "environment": {"A": "1", "B": None}}})
    facts = read_facts(project, TODAY, docker=Docker(lambda _: view))
    assert facts.is_dockers_view
    web = named(facts, "web")
    assert (web.image, web.environ) == ("python:3.14-slim", {"A": "1"})


def test_what_compose_complains_of_is_found(project: Path) -> None:
    view = DockersView(file="compose.yaml", complaint="services.web.image must be a string")
    facts = read_facts(project, TODAY, docker=Docker(lambda _: view))
    (broken,) = facts.broken
    assert (broken.path, broken.line) == ("compose.yaml", 7)
    assert broken.message == "Compose: services.web.image must be a string"


def test_docker_is_asked_of_the_files_it_would_take_alone(project: Path) -> None:
    (project / "infra" / "more.yml").unlink()
    (project / "compose.yaml").rename(project / "compose.production.yaml")

    def asked(_: Path) -> DockersView:
        raise AssertionError

    assert named(read_facts(project, TODAY, docker=Docker(asked)), "web")


def test_images_that_are_here_say_who_runs_in_them_and_what(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text('FROM shop/python:1\nCMD ["python", "app.py"]\n')
    (tmp_path / "compose.yaml").write_text("services: {web: {image: 'shop/web:1', ports: ['8000:8000']}}\n")
    base = ImageConfiguration("app", has_health_check=True)
    web = ImageConfiguration("", ("gunicorn", "shop:app"), {"WEB_CONCURRENCY": "3"}, has_health_check=True)
    plain = {one.code for one in diagnose(read_facts(tmp_path, TODAY), known_rules())}
    assert "HW406" in plain
    images = {"shop/python:1": base, "shop/web:1": web}
    facts = read_facts(tmp_path, TODAY, docker=Docker(images=lambda _: images))
    (serving,) = named(facts, "web").serving
    assert (serving.server, serving.workers, str(serving.program)) == ("gunicorn", 3, "gunicorn shop:app")
    assert not {"HW406", "HW510"} & {one.code for one in diagnose(facts, known_rules())}


def test_what_a_procfile_starts_is_a_service(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text(
        "# shop\nweb: gunicorn -w 4 shop:app\nrelease: python manage.py migrate\n"
    )
    (tmp_path / "shop.py").write_text("import debugpy\n\ndebugpy.listen(5678)\n")
    facts = read_facts(tmp_path, TODAY)
    assert [(one.name, str(one.programs[0])) for one in facts.services] == [
        ("web", "gunicorn -w 4 shop:app"),
        ("release", "python manage.py migrate"),
    ]
    (serving,) = named(facts, "web").serving
    assert (serving.server, serving.workers) == ("gunicorn", 4)
    found = {f"{one.code} {one.finding.where}" for one in diagnose(facts, known_rules())}
    assert found == {"HW201 shop.py:3:1", "HW301 Procfile:2", "HW404 shop.py:3:1"}
