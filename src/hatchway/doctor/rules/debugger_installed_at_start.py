"""A debugger that is installed when the container starts.

## What it finds
`pip install debugpy` in the command of a compose service, as VS Code writes it into
`docker-compose.debug.yml`.

## Why it breaks
Each start needs an index of packages and takes its time; the editor comes too early. The real command is
replaced by a copy that somebody has to keep in step, for one service at a time.

## Example
In `docker-compose.debug.yml`:

    services:
      web:
        image: shop
        command: sh -c "pip install debugpy -t /tmp && python /tmp/debugpy --listen 5678 app.py"

## Use instead
`hatchway up` brings its debugger along, for all services at once, and the command stays as it is.
In `docker-compose.yml`:

    services:
      web:
        image: shop
        command: python app.py

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity

_INSTALLS = re.compile(r"pip3? install [^&;|]*\b(debugpy|ptvsd|pydevd-pycharm)\b")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each command."""
    for service in facts.services:
        for program in service.programs:
            if _INSTALLS.search(str(program)):
                message = f"each start of `{service.name}` downloads a debugger first"
                yield Finding(
                    program_place(program), message, "`hatchway up` brings one along for all services"
                )


RULE = Rule("HW706", Severity.WARNING, check)
