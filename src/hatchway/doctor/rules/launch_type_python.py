"""A launch.json of the type that VS Code no longer has.

## What it finds
A configuration of `"type": "python"`.

## Why it breaks
The debugger for Python is an extension of its own now, and its type is `debugpy`. The old one is taken for a
while longer, with a warning, and without what is new.

## Example
In `.vscode/launch.json`:

    {"configurations": [{"name": "app", "type": "python", "request": "launch", "program": "app.py"}]}

## Use instead
In `.vscode/launch.json`:

    {"configurations": [{"name": "app", "type": "debugpy", "request": "launch", "program": "app.py"}]}

## Fix safety
Safe: the configuration means the same.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.doctor.texts import replaced


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every configuration."""
    for configuration in facts.configurations():
        node = configuration["type"]
        if node.text == "python":
            edit = replaced(facts.texts, node, '"python"', '"debugpy"')
            message = f'the type of "{configuration["name"].text}" is `debugpy` by now'
            yield Finding(Where.of(node), message, 'say `"type": "debugpy"`', edit)


RULE = Rule("HW701", Severity.WARNING, check)
