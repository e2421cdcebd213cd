"""Celery kills the task that a debugger has paused.

## What it finds
`--time-limit` or `--soft-time-limit` of a Celery worker in a service with a debugger of its own.

## Why it breaks
The limit counts the time that you look at the task. Then its process is killed, and the task may be sent
to another one.

## Example
In `compose.yaml`:

    services:
      worker:
        image: shop
        command: python -m debugpy --listen 5678 -m celery -A tasks worker --pool=solo --time-limit=60

## Use instead
`hatchway up` puts the limits off while a task is paused. By hand, leave them out.
In `compose.yaml`:

    services:
      worker:
        image: shop
        command: python -m debugpy --listen 5678 -m celery -A tasks worker --pool=solo

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import hand_debugged, option_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each Celery worker that has a debugger beside it."""
    for service, serving in hand_debugged(facts, "celery"):
        for option in ("time-limit", "soft-time-limit"):
            if option in serving.options:
                yield Finding(
                    option_place(serving, option),
                    f"`--{option}` ends a task of `{service.name}` that is paused",
                    "`hatchway up` puts it off while a task is paused",
                )


RULE = Rule("HW304", Severity.WARNING, check)
