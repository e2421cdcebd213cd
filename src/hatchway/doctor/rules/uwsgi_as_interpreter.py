"""A debugger that starts its adapter with uWSGI for Python.

## What it finds
`debugpy.listen` in a service under uWSGI, and no `debugpy.configure(python=...)` before it.

## Why it breaks
debugpy starts an adapter with the program that runs, and under uWSGI `sys.executable` is uWSGI:
"unrecognized option '--for-server'", and the request hangs.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--enable-threads", "--module=app:app"]

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
Hatchway has no adapter. By hand, name the interpreter.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--enable-threads", "--module=app:app"]

In `app.py`:

    import debugpy
    debugpy.configure(python="/usr/local/bin/python")
    debugpy.listen(5678)

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import hand_debugged, listener_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each uWSGI that has a debugger beside it."""
    for service, _ in hand_debugged(facts, "uwsgi"):
        if any(call.name == "debugpy.configure" for call in service.calls):
            continue
        for listener in service.listeners:
            if listener.tool == "debugpy" and not listener.is_command:
                yield Finding(
                    listener_place(listener),
                    f"debugpy takes uwsgi for Python in `{service.name}`, and the request hangs",
                    'say `debugpy.configure(python="/usr/local/bin/python")` before',
                )


RULE = Rule("HW216", Severity.ERROR, check)
