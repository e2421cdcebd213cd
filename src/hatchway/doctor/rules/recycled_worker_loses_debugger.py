"""Workers that are replaced, and the debugger with them.

## What it finds
`--max-requests` of gunicorn, `--limit-max-requests` of uvicorn, `max-requests` or `cheaper` of uWSGI or
`--max-tasks-per-child` of Celery in a service with a debugger of its own.

## Why it breaks
After so many requests, or when there are few, the worker ends and takes the debugger and its port along.
The editor has to be attached anew by hand, after an error that says nothing of this.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "--max-requests=100", "app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
The session of `hatchway up` outlives its workers. By hand, leave the option out while you debug.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import option_place
from hatchway.doctor.rule import Finding, Rule, Severity

_OPTIONS = ("max-requests", "limit-max-requests", "max-tasks-per-child", "max-worker-lifetime", "cheaper")


def check(facts: Facts) -> Iterator[Finding]:
    """Look for the option in every service with a debugger."""
    for service in facts.services:
        for serving in service.serving if service.listeners else ():
            for option in _OPTIONS:
                if serving.options.get(option, ("0", "", 0))[0] != "0":
                    yield Finding(
                        option_place(serving, option),
                        f"`{option}` of `{service.name}` ends a worker and the debugger in it",
                        "leave it out while you debug, or debug by `hatchway up`, whose session goes on",
                    )


RULE = Rule("HW205", Severity.WARNING, check)
