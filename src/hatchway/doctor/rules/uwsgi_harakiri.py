"""uWSGI kills the worker that a debugger has paused.

## What it finds
`harakiri` of uWSGI in a service with a debugger of its own.

## Why it breaks
A request may take so many seconds, also one that you look at: then the worker is killed by SIGKILL, and
the debugger with it.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--enable-threads", "--harakiri=30", "--module=app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
`hatchway up` suspends it while a worker is paused. By hand, leave it out while you debug.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--enable-threads", "--module=app:app"]

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
    """Look at each uWSGI that has a debugger beside it."""
    for service, serving in hand_debugged(facts, "uwsgi"):
        seconds = serving.options.get("harakiri", ("0", "", 0))[0]
        if seconds != "0":
            yield Finding(
                option_place(serving, "harakiri"),
                f"uWSGI kills a worker of `{service.name}` that is paused for {seconds} s",
                "`hatchway up` suspends this while a worker is paused",
            )


RULE = Rule("HW302", Severity.WARNING, check)
