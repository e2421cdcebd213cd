r"""A launch.json that fits one machine only.

## What it finds
A `localRoot` that is an absolute path: of a drive of Windows, or of somebody's home.

## Why it breaks
For everybody else, and after a move of the folder, no file is found below it. Between Windows, WSL and a
container even the spelling differs: `C:` and `c:` are two folders to a debugger.

## Example
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "pathMappings": [{"localRoot": "C:\\\\Users\\\\me\\\\shop", "remoteRoot": "/app"}]}]}

## Use instead
`${workspaceFolder}` is the folder that is open, however it is spelt.
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "pathMappings": [{"localRoot": "${workspaceFolder}", "remoteRoot": "/app"}]}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|\\\\\\\\|/(home|Users|mnt/[a-z])/")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each mapping."""
    for configuration in facts.configurations():
        for mapping in configuration["pathMappings"].items:
            root = mapping["localRoot"]
            if _ABSOLUTE.match(root.text):
                yield Finding(
                    Where.of(root),
                    f"{root.text} is a folder of one machine",
                    "say `${workspaceFolder}` and what follows it",
                )


RULE = Rule("HW208", Severity.WARNING, check)
