"""A start that clears the environment.

## What it finds
`env -i`, `su -` or `sudo` without `-E` in a command or in the script that an image starts.

## Why it breaks
The variables that were given to the container end there: `PYTHONPATH` and `HATCHWAY_RUN`, by which a
debugger gets in, and your own settings with them.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["sudo", "-u", "app", "python", "app.py"]

## Use instead
`USER` needs no other program; `gosu` and `setpriv` leave the environment as it is.
In `Dockerfile`:

    FROM python:3.13-slim
    USER app
    CMD ["python", "app.py"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_CLEARS = re.compile(r"\benv -i\b|\bsu -(?:l\b|\s)|\bsudo (?!.*(?:-E|--preserve-env))-?\w")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at commands, and at the scripts they name."""
    hint = "use `USER`, `gosu` or `sudo -E`, which let variables through"
    for service in facts.services:
        for program in service.programs:
            if _CLEARS.search(str(program)):
                yield Finding(
                    program_place(program), f"`{service.name}` starts with a cleared environment", hint
                )
    for script in facts.scripts:
        if facts.is_started(script):
            for number, line in enumerate(script.lines, start=1):
                if _CLEARS.search(line) and "exec" in line:
                    yield Finding(Where(script.path, number), "what follows has a cleared environment", hint)


RULE = Rule("HW213", Severity.WARNING, check)
