"""gevent under a debugger that was not told of it.

## What it finds
Workers of gevent or eventlet in a service with a debugger of its own, where `GEVENT_SUPPORT` is not set.

## Why it breaks
gevent replaces threads and locks by its own, the debugger's as well: it waits for itself, and the worker
freezes or runs past all breakpoints.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "-k", "gevent", "app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
Hatchway sets it where it is needed. By hand, tell the debugger by its variable.
In `Dockerfile`:

    FROM python:3.13-slim
    ENV GEVENT_SUPPORT=True
    CMD ["gunicorn", "-k", "gevent", "app:app"]

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


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the class of workers, or of the pool."""
    for service in facts.services:
        for serving in service.serving if service.listeners else ():
            for option in ("worker-class", "pool", "gevent"):
                told = serving.options.get(option, ("", "", 0))[0]
                kind = "gevent" if option == "gevent" and told else told
                if kind in ("gevent", "eventlet") and service.environ.get("GEVENT_SUPPORT") != "True":
                    yield Finding(
                        option_place(serving, option),
                        f"the debugger in `{service.name}` does not know of {kind}",
                        "set GEVENT_SUPPORT=True, or debug by `hatchway up`",
                    )


RULE = Rule("HW214", Severity.WARNING, check)
