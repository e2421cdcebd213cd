"""An editor that attaches to a process by its number.

## What it finds
A configuration with `processId`.

## Why it breaks
debugpy gets into a running process by gdb or lldb, which containers have not, and which needs the right to
trace. Where it works, processes that are forked later are not followed: under gunicorn or Celery that is
every worker that replaces another.

## Example
In `.vscode/launch.json`:

    {"configurations": [{"name": "running", "type": "debugpy", "request": "attach",
      "processId": "${command:pickProcess}"}]}

## Use instead
`hatchway attach` takes in all processes of what was started by `hatchway run` or `up`, and those on Python
3.14 that were not.
In `.vscode/launch.json`:

    {"configurations": [{"name": "running", "type": "debugpy", "request": "attach",
      "connect": {"host": "127.0.0.1", "port": 5678}}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each configuration."""
    forking = next((one for one in facts.services for serving in one.serving if serving.forks), None)
    for configuration in facts.configurations():
        key = configuration.key("processId")
        if key and configuration["type"].text in ("python", "debugpy"):
            message = "it needs gdb and the right to trace, in a container too"
            if forking is not None:
                message = f"workers that `{forking.name}` forks later are not followed, and {message}"
            yield Finding(Where.of(key), message, "`hatchway attach` needs neither, and follows")


RULE = Rule("HW220", Severity.WARNING, check)
