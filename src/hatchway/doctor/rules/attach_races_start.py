"""An editor that attaches before the debugger listens.

## What it finds
A configuration that attaches, whose `preLaunchTask` starts containers in the background (`docker compose
up -d`) without `--wait`.

## Why it breaks
The task is done when the containers have started, and the debugger in them is there seconds later. F5 then
fails with ECONNREFUSED, or works on the second try.

## Example
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "connect": {"port": 5678}, "preLaunchTask": "up"}]}

In `.vscode/tasks.json`:

    {"tasks": [{"label": "up", "type": "shell", "command": "docker compose up -d"}]}

## Use instead
`hatchway up -d` ends when its port listens.
In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "connect": {"port": 5678}, "preLaunchTask": "up"}]}

In `.vscode/tasks.json`:

    {"tasks": [{"label": "up", "type": "shell", "command": "hatchway up -d"}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_DETACHED = re.compile(r"docker[- ]compose\b.*\bup\b.*(\s-d\b|--detach)")
_COMPOSES_OWN = re.compile(r"\bhatchway\b")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the task of each configuration that attaches."""
    tasks = {task["label"].text: task for root in facts.tasks for task in root["tasks"].items}
    for configuration in facts.configurations():
        task = tasks.get(configuration["preLaunchTask"].text)
        if task is None or configuration["request"].text != "attach":
            continue
        words = " ".join([task["command"].text, *(item.text for item in task["args"].items)])
        is_early = _DETACHED.search(words) and "--wait" not in words
        if (is_early and not _COMPOSES_OWN.search(words)) or task["type"].text == "docker-run":
            yield Finding(
                Where.of(configuration["preLaunchTask"]),
                f'"{task["label"].text}" is done before the debugger listens',
                "start it by `hatchway up -d`, which ends when there is something to attach to",
            )


RULE = Rule("HW221", Severity.WARNING, check)
