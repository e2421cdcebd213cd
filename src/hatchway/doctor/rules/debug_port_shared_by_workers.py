"""Several workers told to listen on one debug port.

## What it finds
A call such as `debugpy.listen(5678)` in the source of a service whose server runs more than one worker.

## Why it breaks
Each worker runs the call, the first one gets the port, and every other one fails with "Address already in
use": its request dies, or the worker does. Whether a breakpoint stops is left to which worker is asked.

## Example
In `compose.yaml`:

    services:
      web:
        build: .
        command: gunicorn --workers 4 app:app

In `Dockerfile`:

    FROM python:3.13-slim

In `app.py`:

    import debugpy
    debugpy.listen(("0.0.0.0", 5678))

## Use instead
Take the call out and start the service with `hatchway up`: all workers are in one session.
In `compose.yaml`:

    services:
      web:
        build: .
        command: gunicorn --workers 4 app:app

In `Dockerfile`:

    FROM python:3.13-slim

In `app.py`:

    app = object()

## Fix safety
There is no fix to apply: the call is code of yours.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look for calls that more than one process runs."""
    for service in facts.services:
        workers = max((one.workers for one in service.serving), default=1)
        for listener in service.listeners:
            if workers > 1 and not listener.is_command and listener.port:
                yield Finding(
                    Where(listener.path, listener.line, listener.column),
                    f"each of the {workers} workers of `{service.name}` listens on port {listener.port}; "
                    "all but the first fail",
                    "take the call out, and have all workers in one session by `hatchway up`",
                )


RULE = Rule("HW201", Severity.ERROR, check)
