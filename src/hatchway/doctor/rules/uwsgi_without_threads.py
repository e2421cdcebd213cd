"""uWSGI with a debugger, and without threads.

## What it finds
A debugger of its own in a service under uWSGI that has neither `enable-threads` nor `threads`.

## Why it breaks
uWSGI does not start Python's threads unless told. The debugger's own threads, which talk to the editor,
get no time: the editor waits for ever.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--ini", "uwsgi.ini"]

In `uwsgi.ini`:

    [uwsgi]
    module = app:app

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Use instead
Hatchway sets it by environment. By hand it is a line of the ini file.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--ini", "uwsgi.ini"]

In `uwsgi.ini`:

    [uwsgi]
    module = app:app
    enable-threads = true

In `app.py`:

    import debugpy
    debugpy.listen(5678)

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import hand_debugged, program_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each uWSGI that has a debugger beside it."""
    for service, serving in hand_debugged(facts, "uwsgi"):
        is_told = {"enable-threads", "threads"} & set(serving.options)
        if not is_told:
            yield Finding(
                program_place(serving.program),
                f"uWSGI gives the debugger's threads in `{service.name}` no time",
                "say `enable-threads = true`",
            )


RULE = Rule("HW215", Severity.ERROR, check)
