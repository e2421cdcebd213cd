"""A debugger in front of Celery, whose tasks run in other processes.

## What it finds
`python -m debugpy ... -m celery worker`, or a call to a debugger in its source, with the pool `prefork`,
which is the default.

## Why it breaks
Tasks run in processes that the worker forks. The debugger is in their parent, which imports the tasks and
runs none: breakpoints in them look set, and are never hit.

## Example
In `compose.yaml`:

    services:
      worker:
        image: shop
        command: python -m debugpy --listen 5678 -m celery -A tasks worker

## Use instead
`hatchway up` is in every process of the pool. By hand, tasks have to run in the one process there is.
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
from hatchway.doctor.places import hand_debugged, program_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each Celery worker that has a debugger beside it."""
    for service, serving in hand_debugged(facts, "celery"):
        pool = serving.options.get("pool", ("prefork", "", 0))[0]
        if pool in ("prefork", "processes") and "worker" in serving.program.words:
            yield Finding(
                program_place(serving.program),
                f"tasks of `{service.name}` run in processes that the debugger is not in",
                "`hatchway up` is in all of them; by hand it takes `--pool=solo`",
            )


RULE = Rule("HW204", Severity.WARNING, check)
