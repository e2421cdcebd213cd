"""Tests that are measured while they are debugged.

## What it finds
`--cov` in pytest's `addopts`, and a launch.json without a configuration for debugging tests that says
`--no-cov`.

## Why it breaks
Coverage and a debugger both want to see each line run. Up to Python 3.11 there is room for one: with
coverage, breakpoints in tests are not hit.

## Example
In `pytest.ini`:

    [pytest]
    addopts = --cov=shop

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "launch", "program": "app.py"}]}

## Use instead
Have it left out where the editor debugs tests.
In `pytest.ini`:

    [pytest]
    addopts = --cov=shop

In `.vscode/launch.json`:

    {"configurations": [{"name": "tests", "type": "debugpy", "request": "launch",
      "purpose": ["debug-test"], "env": {"PYTEST_ADDOPTS": "--no-cov"}}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.formats.tree import Node

_ADDED = re.compile(r"addopts\s*=.*--cov\b")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at pytest's configuration where there is one for VS Code."""
    if not facts.launches or any(_leaves_out(one) for one in facts.configurations()):
        return
    for ini in facts.inis:
        entry = ini.last("pytest", "addopts") or ini.last("tool:pytest", "addopts")
        if entry is not None and "--cov" in entry.value and "--no-cov" not in entry.value:
            yield _finding(Where(ini.path, entry.line))
    for path, lines in facts.texts.items():
        for number, line in enumerate(lines if path.endswith("pyproject.toml") else (), start=1):
            if _ADDED.match(line):
                yield _finding(Where(path, number))


def _leaves_out(configuration: Node) -> bool:
    words = [configuration.at("env", "PYTEST_ADDOPTS"), *configuration["args"].items]
    return any("--no-cov" in item.text for item in words)


def _finding(place: Where) -> Finding:
    hint = 'a configuration with `"purpose": ["debug-test"]` and PYTEST_ADDOPTS=--no-cov leaves it out'
    return Finding(place, "with coverage, breakpoints in tests are not hit up to Python 3.11", hint)


RULE = Rule("HW219", Severity.NOTE, check)
