"""GitHub Actions: lint, and the tests in their containers with junit and coverage reports."""

from collections.abc import Iterator
from typing import Any

from hatchway.formats import yaml_text
from hatchway.formats.artefact import Artefact
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.recipes import MARK, Recipe, Sign
from hatchway.scaffold.recipes._checks import lint_of, python_of, test_commands

_RUNNER = {"runs-on": "ubuntu-latest", "timeout-minutes": 20}
_CHECKOUT = {"uses": "actions/checkout@v5", "with": {"persist-credentials": False}}


def _make(facts: Facts) -> Iterator[Artefact]:
    if not any(part.applications for part in facts.parts):
        return
    python = {"uses": "actions/setup-python@v6", "with": {"python-version": python_of(facts)}}
    lint = {"steps": [_CHECKOUT, python, {"run": "pip install ruff"}, {"run": lint_of(facts)}]}
    jobs: dict[str, Any] = {"lint": {**_RUNNER, **lint}}
    if not facts.compose_files:
        if tests := test_commands(facts):
            keep = {
                "if": "always()",
                "uses": "actions/upload-artifact@v4",
                "with": {"name": "reports", "path": "reports/"},
            }
            runs = [{"run": command} for _, command in tests]
            steps = [_CHECKOUT, python, {"run": "pip install hatchway"}, *runs, keep]
            jobs["test"] = {**_RUNNER, "steps": steps}
        else:
            jobs["build"] = {**_RUNNER, "steps": [_CHECKOUT, {"run": "docker compose build"}]}
    workflow = {
        "name": "checks",
        "on": {"push": {"branches": ["main", "master"]}, "pull_request": {}},
        "permissions": {"contents": "read"},
        "jobs": jobs,
    }
    why = "each push is linted, and tested in the container, with reports"
    text = f"# {MARK}\n{yaml_text.dump(workflow)}"
    yield Artefact(".github/workflows/checks.yaml", why, text)


RECIPE = Recipe("github", "GitHub Actions", _make, (Sign(".github"), Sign(".git/config", "github.com")))
