"""Code of yours that the debugger takes for a library.

## What it finds
A mapping into `site-packages` in a configuration that does not say `"justMyCode": false`.

## Why it breaks
By default the debugger passes by all that lies in `site-packages`: breakpoints there are refused or never
hit, although the files are yours.

## Example
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "pathMappings": [{"localRoot": "${workspaceFolder}/shop",
        "remoteRoot": "/usr/lib/python3/site-packages/shop"}]}]}

## Use instead
Say that all code is of interest.
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach", "justMyCode": false,
      "pathMappings": [{"localRoot": "${workspaceFolder}/shop",
        "remoteRoot": "/usr/lib/python3/site-packages/shop"}]}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each mapping."""
    for configuration in facts.configurations():
        for mapping in configuration["pathMappings"].items:
            root = mapping["remoteRoot"]
            if "-packages" in root.text and not configuration["justMyCode"].is_false:
                yield Finding(
                    Where.of(root),
                    "the debugger passes by what lies in site-packages",
                    'say `"justMyCode": false`',
                )


RULE = Rule("HW210", Severity.WARNING, check)
