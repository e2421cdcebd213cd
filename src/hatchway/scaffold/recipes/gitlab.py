"""GitLab CI: lint, and the tests in their containers; GitLab shows their junit and coverage reports."""

from collections.abc import Iterator
from typing import Any

from hatchway.formats import yaml_text
from hatchway.formats.artefact import Artefact
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.recipes import MARK, Recipe, Sign
from hatchway.scaffold.recipes._checks import lint_of, python_of, test_commands

_DIND = {
    "services": ["docker:28-dind"],
    "variables": {"DOCKER_HOST": "tcp://docker:2375", "DOCKER_TLS_CERTDIR": ""},
}


def _make(facts: Facts) -> Iterator[Artefact]:
    if not any(part.applications for part in facts.parts):
        return
    image = f"python:{python_of(facts)}-slim"
    pipeline: dict[str, Any] = {
        "stages": ["lint", "test"],
        "#1": "",
        "lint": {"stage": "lint", "image": image, "script": ["pip install ruff", lint_of(facts)]},
    }
    tests = test_commands(facts)
    if tests and not facts.compose_files:
        apt = "apt-get update && apt-get install --yes --no-install-recommends docker-cli docker-compose"
        script = [apt, "pip install hatchway", *(command for _, command in tests)]
        cobertura = {"coverage_format": "cobertura", "path": "reports/coverage.xml"}
        reports = {"junit": "reports/**/junit.xml", "coverage_report": cobertura}
        if len(tests) > 1:
            del reports["coverage_report"]  # GitLab takes one file of it
        kept = {"when": "always", "paths": ["reports/"], "reports": reports}
        pipeline |= {
            "#2": "",
            "test": {"stage": "test", "image": image, **_DIND, "script": script, "artifacts": kept},
        }
    why = "each push is linted, and tested in the container, with reports"
    yield Artefact(".gitlab-ci.yml", why, f"# {MARK}\n{yaml_text.dump(pipeline)}")


RECIPE = Recipe("gitlab", "GitLab CI", _make, (Sign(".gitlab-ci.yml"), Sign(".git/config", "gitlab")))
