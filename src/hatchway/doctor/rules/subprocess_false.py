"""An editor that is told not to follow child processes.

## What it finds
`"subProcess": false` beside a server that forks, or a launch with a reloader.

## Why it breaks
Requests are served by child processes. The editor is in the parent alone, where no handler ever runs.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "app:app"]

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach", "subProcess": false}]}

## Use instead
Leave the line out; following is what happens by itself.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "app:app"]

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach"}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_STARTS_OTHERS = {"--reload", "runserver", "--debug", "gunicorn", "celery"}


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each configuration where something forks."""
    forks = any(serving.forks or serving.reloads for one in facts.services for serving in one.serving)
    for configuration in facts.configurations():
        node = configuration["subProcess"]
        words = {item.text for item in configuration["args"].items} | {configuration["module"].text}
        if node.is_false and (forks or words & _STARTS_OTHERS):
            yield Finding(Where.of(node), "requests are served by child processes", "leave `subProcess` out")


RULE = Rule("HW209", Severity.WARNING, check)
