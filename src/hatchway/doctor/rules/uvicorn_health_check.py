"""uvicorn replaces the worker that a debugger has paused.

## What it finds
uvicorn with several workers in a service with a debugger of its own.

## Why it breaks
uvicorn's parent asks each worker for a sign of life and kills the one that gives none for five seconds. A
debugger that stops all threads stops the one that answers.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uvicorn", "--workers=2", "app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
`hatchway up` stops one thread and has the check pass. By hand, debug with one worker.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uvicorn", "app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import hand_debugged, option_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each uvicorn that has a debugger beside it."""
    for service, serving in hand_debugged(facts, "uvicorn"):
        if serving.workers > 1:
            seconds = serving.options.get("timeout-worker-healthcheck", ("5", "", 0))[0]
            yield Finding(
                option_place(serving, "workers"),
                f"uvicorn kills a worker of `{service.name}` that is silent for {seconds} s",
                "`hatchway up` keeps paused workers alive; by hand, one worker",
            )


RULE = Rule("HW303", Severity.WARNING, check)
