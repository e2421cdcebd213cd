"""What the recipes make of a project: the promises of each file, whatever the project is."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from ruamel.yaml import YAML
from unit.scaffold import known

from hatchway.formats.artefact import Artefact
from hatchway.formats.jsonc import read
from hatchway.scaffold.plan import Kept
from hatchway.scaffold.wanted import all_recipes, artefacts_of

PROJECTS = [pytest.param(facts, id=name) for name, facts in known.PROJECTS.items()]
projects = pytest.mark.parametrize("facts", PROJECTS)


@cache
def made(facts: known.Facts) -> dict[str, Artefact]:
    wanted = artefacts_of(facts, all_recipes().values())
    return {one.path: one for one in wanted if isinstance(one, Artefact)}


def yaml_of(facts: known.Facts, path: str) -> Any:
    return YAML(typ="safe", pure=True).load(made(facts)[path].text)


def dockerfiles(facts: known.Facts) -> Iterator[str]:
    return (one.text for path, one in made(facts).items() if path.endswith("Dockerfile"))


def stages(dockerfile: str) -> dict[str, str]:
    return {
        found[1]: found[0]
        for found in re.finditer(r"FROM \S+ AS (\w+)\n.*?(?=\nFROM|\Z)", dockerfile, re.DOTALL)
    }


@projects
def test_code_comes_after_what_is_installed(facts: known.Facts) -> None:
    for text in dockerfiles(facts):
        build = stages(text)["build"]
        assert " install" in build or " sync" in build
        assert "COPY . ." not in build


@projects
def test_what_runs_is_not_root_and_is_called_as_it_is(facts: known.Facts) -> None:
    for text in dockerfiles(facts):
        last = list(stages(text).values())[-1]
        assert re.findall(r"^USER (.*)$", last, re.MULTILINE) in (["10001"], ["1000"])
        (command,) = re.findall(r"^CMD (.*)$", last, re.MULTILINE)
        assert all(isinstance(word, str) for word in json.loads(command))
        assert "pip" not in last


@projects
def test_production_has_no_tools_and_no_tests(facts: known.Facts) -> None:
    for text in dockerfiles(facts):
        production = stages(text)["production"]
        assert not re.search(r"requirements-dev|all-groups|gcc|uv sync|poetry", production)


@pytest.mark.parametrize("name", known.MANAGERS)
def test_a_lock_file_is_honoured_and_the_manager_s_cache_is_kept(name: str) -> None:
    (text,) = dockerfiles(known.PROJECTS[f"by {name}"])
    build = stages(text)["build"]
    manager = known.MANAGERS[name]
    if manager.lock:
        assert f" {manager.lock}" in build
        assert re.search(r"sync|--requirement requirements.txt|poetry install", build)
    installs = re.findall(r"^RUN (.*(?:\\\n.*)*)", build, re.MULTILINE)
    assert all("--mount=type=cache" in one for one in installs if " install" in one or " sync" in one)


def test_a_server_is_added_where_there_is_none() -> None:
    (text,) = dockerfiles(known.PROJECTS["an ASGI factory"])
    assert '"uvicorn>=' in text
    assert 'CMD ["uvicorn", "--host=0.0.0.0", "--port=8000", "--factory", "app:create_app"]' in text
    (rich,) = dockerfiles(known.RICH)
    assert "gunicorn>=" not in rich


@projects
def test_only_this_machine_reaches_a_port_and_no_store_has_one(facts: known.Facts) -> None:
    for service in yaml_of(facts, "compose.yaml")["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert "build" in service or "ports" not in service


@projects
def test_who_waits_waits_for_what_can_be_told(facts: known.Facts) -> None:
    services = yaml_of(facts, "compose.yaml")["services"]
    for service in services.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "test" in services[name]["healthcheck"]
            else:
                assert "restart" not in services[name]


@projects
def test_what_a_store_keeps_is_in_a_volume_with_a_name(facts: known.Facts) -> None:
    compose = yaml_of(facts, "compose.yaml")
    used = {
        one.partition(":")[0]
        for service in compose["services"].values()
        for one in service.get("volumes", ())
    }
    assert used == set(compose.get("volumes", ()))


@projects
def test_no_secret_is_in_an_image_or_a_service(facts: known.Facts) -> None:
    for path, one in made(facts).items():
        if path != ".env.example":
            assert "for-development-only" not in one.text
    assert ".env" in made(facts)[".dockerignore"].text.splitlines() if list(dockerfiles(facts)) else True


def test_the_code_finds_its_stores() -> None:
    web = yaml_of(known.RICH, "compose.yaml")["services"]["web"]
    assert web["environment"] == {
        "REDIS_URL": "redis://redis:6379/0",
        "DATABASE_URL": "postgresql://app:${POSTGRES_PASSWORD:-development}@postgres:5432/app",
    }
    assert set(web["depends_on"]) == {"redis", "postgres", "migrate"}


def test_every_variable_that_no_store_explains_is_shown() -> None:
    text = made(known.RICH)[".env.example"].text
    assert "# app.py:7: it must be set\nSECRET_KEY=for-development-only\n" in text
    assert "REDIS_URL" not in text


def test_a_person_s_compose_file_and_dockerfile_are_never_wanted() -> None:
    facts = known.replace(known.PROJECTS["its own Dockerfile"], compose_files=("docker-compose.yml",))
    wanted = list(artefacts_of(facts, all_recipes().values()))
    kept = {one.path for one in wanted if isinstance(one, Kept)}
    assert kept == {"docker/Dockerfile.web", "docker-compose.yml"}
    assert not {"Dockerfile", "compose.yaml", ".devcontainer/devcontainer.json"} & {
        one.path for one in wanted
    }


def test_a_part_in_a_folder_is_built_there_and_runs_where_its_modules_are() -> None:
    facts = known.PROJECTS["two parts"]
    assert yaml_of(facts, "compose.yaml")["services"]["api"]["build"] == "./api"
    assert "WORKDIR /app/src" in made(facts)["api/Dockerfile"].text
    assert yaml_of(facts, "compose.override.yaml")["services"]["api"]["volumes"] == ["./api:/app:ro"]


@projects
def test_a_dev_container_opens_a_service_that_is_there(facts: known.Facts) -> None:
    if ".devcontainer/devcontainer.json" not in made(facts):
        return
    opened = read(made(facts)[".devcontainer/devcontainer.json"].text).value
    services = yaml_of(facts, "compose.yaml")["services"]
    assert opened["service"] in services
    assert all(one == 5678 or one.partition(":")[0] in services for one in opened["forwardPorts"])


def test_ci_runs_the_tests_in_their_containers_and_keeps_the_reports() -> None:
    facts = known.PROJECTS["two parts"]
    steps = yaml_of(facts, ".github/workflows/checks.yaml")["jobs"]["test"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert "hatchway test --profile test --with pytest --reports reports/api api-tests" in runs
    assert {"api-tests", "tests"} <= yaml_of(facts, "compose.yaml")["services"].keys()
    assert steps[-1]["if"] == "always()"
    gitlab = yaml_of(known.RICH, ".gitlab-ci.yml")["test"]
    assert gitlab["artifacts"]["reports"]["coverage_report"]["path"] == "reports/coverage.xml"
