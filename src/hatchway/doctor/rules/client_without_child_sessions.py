"""An editor that does not know of child processes.

## What it finds
A `.vimspector.json` that attaches to debugpy, beside a server that forks.

## Why it breaks
debugpy asks its client to open a session more for each child process. VS Code does; others do not know the
request, and the workers wait for it at their start, or run without a debugger.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "app:app"]

In `.vimspector.json`:

    {"configurations": {"web": {"adapter": "multi-session",
      "configuration": {"request": "attach"}}}}

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
The session of Hatchway is one for all processes, which any client can do.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "app:app"]

In `.vimspector.json`:

    {"configurations": {"web": {"adapter": "multi-session",
      "configuration": {"request": "attach"}}}}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each configuration where something forks under a debugger."""
    forking = [
        service for service in facts.services for one in service.serving if one.forks and service.listeners
    ]
    for root in facts.vimspectors if forking else ():
        for key, node in root["configurations"].entries:
            if node.at("configuration", "request").text == "attach":
                message = f'"{key.text}" has no sessions for the workers of `{forking[0].name}`'
                yield Finding(Where.of(key), message, "attach to `hatchway up`: one session for all")


RULE = Rule("HW705", Severity.WARNING, check)
