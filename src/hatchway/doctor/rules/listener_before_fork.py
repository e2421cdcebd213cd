"""A debugger that is started before the workers are forked.

## What it finds
`debugpy.listen` and the like at the top of a module that the master imports (`--preload`, uWSGI with a
master and without `lazy-apps`).

## Why it breaks
The call is run once, in the master. Its threads do not survive a fork: workers have the module and no
debugger, and breakpoints in handlers are never hit.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "--preload", "app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
Start it by `hatchway up`, which is in each worker; or call it where workers begin.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "--preload", "app:app"]

In `app.py`:

    app = object()

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts, Serving
from hatchway.doctor.places import listener_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at servers that import the application before they fork."""
    for service in facts.services:
        if not any(_imports_first(serving) for serving in service.serving):
            continue
        for listener in service.listeners:
            if listener.at_import and not listener.is_command:
                yield Finding(
                    listener_place(listener),
                    f"{listener.tool} is started in the master of `{service.name}`, its workers have none",
                    "take the call out; `hatchway up` is in every worker",
                )


def _imports_first(serving: Serving) -> bool:
    options = serving.options
    if serving.server == "gunicorn":
        return "preload" in options or "preload-app" in options
    return serving.server == "uwsgi" and "master" in options and not {"lazy-apps", "lazy"} & set(options)


RULE = Rule("HW202", Severity.WARNING, check)
