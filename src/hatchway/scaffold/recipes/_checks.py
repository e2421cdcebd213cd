"""What CI runs, whoever runs it: lint of what is wrong for certain, and the tests in their containers."""

from hatchway.scaffold.facts import Facts, Part
from hatchway.scaffold.recipes.compose import has_tests_service, tests_name

LINT = "ruff check --select E9,F63,F7,F82 ."
"""Syntax errors and names that do not exist; a project with rules of its own has them in place of these."""


def lint_of(facts: Facts) -> str:
    """Return the command that lints: with the project's own rules, if ruff is among its tools."""
    has_ruff = any(one.name == "ruff" for part in facts.parts for one in part.dependencies)
    return "ruff check ." if has_ruff else LINT


def test_commands(facts: Facts) -> list[tuple[str, str]]:
    """Return for each part with tests its name, and the command that runs them and leaves the reports."""
    parts = [part for part in facts.parts if has_tests_service(part)]
    return [
        (part.name, f"hatchway test --profile test{_more(part, parts)} {tests_name(part)}") for part in parts
    ]


def python_of(facts: Facts) -> str:
    """Return the version of Python on the machine of CI: Hatchway itself needs 3.11."""
    versions = [tuple(map(int, part.python.version.split("."))) for part in facts.parts]
    return ".".join(map(str, max([*versions, (3, 11)])))


def _more(part: Part, parts: list[Part]) -> str:
    runner = part.tests.runner if part.tests else ""
    has_pytest = runner != "pytest" or any(one.name == "pytest" for one in part.dependencies)
    reports = f" --reports reports/{part.name}" if len(parts) > 1 else ""
    return f"{'' if has_pytest else ' --with pytest'}{reports}"
