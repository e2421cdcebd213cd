"""A script that starts the server as a child.

## What it finds
A shell script as `ENTRYPOINT` or `CMD` of an image that has no line with `exec`.

## Why it breaks
The script stays process 1 and passes no signals on: `docker stop` takes ten seconds and cuts requests off.
Tools that take process 1 for the server find a shell.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    ENTRYPOINT ["./entrypoint.sh"]

In `entrypoint.sh`:

    #!/bin/sh
    python migrate.py
    gunicorn app:app

## Use instead
The last line becomes the server.
In `Dockerfile`:

    FROM python:3.13-slim
    ENTRYPOINT ["./entrypoint.sh"]

In `entrypoint.sh`:

    #!/bin/sh
    python migrate.py
    exec gunicorn app:app

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_GOES_ON = re.compile(r"(^|[\s;&|])(exec|source|\.)\s|\btrap\b|\bwait\b")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each script that an image starts."""
    scripts = {script.path.rpartition("/")[2]: script for script in facts.scripts}
    for service in facts.services:
        for program in service.programs[:1]:
            for word in program.words[:3]:
                script = scripts.get(word.rpartition("/")[2])
                if script is None or any(_GOES_ON.search(line) for line in script.lines):
                    continue
                last = max((n for n, line in enumerate(script.lines, 1) if _is_code(line)), default=0)
                yield Finding(
                    Where(script.path, last),
                    f"what this starts in `{service.name}` gets no signals",
                    "put `exec` before it",
                )


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


RULE = Rule("HW508", Severity.WARNING, check)
