"""A debugger that starts whether anybody debugs or not.

## What it finds
`python -m debugpy` in the command of an image, or of the compose file that is not for development; a call
such as `debugpy.listen` that is run at import without a condition.

## Why it breaks
Up to Python 3.11 everything runs at half its speed or less, every day, although nobody is attached. The
port is an open door as soon as somebody publishes it, and with `--wait-for-client` the service waits for
ever.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["python", "-m", "debugpy", "--listen", "0.0.0.0:5678", "app.py"]

## Use instead
`hatchway up` puts the debugger in when it is wanted, and the command stays that of production.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["python", "app.py"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import listener_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at services that are not for development."""
    for service in facts.services:
        for listener in service.listeners if not service.is_development else ():
            if listener.is_command or listener.at_import:
                yield Finding(
                    listener_place(listener),
                    f"`{service.name}` always starts {listener.tool}, also where nobody debugs",
                    "take it out; `hatchway up` brings it when it is wanted",
                )


RULE = Rule("HW404", Severity.WARNING, check)
