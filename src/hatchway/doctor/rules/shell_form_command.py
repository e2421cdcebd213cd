"""A command behind a shell that keeps signals to itself.

## What it finds
`CMD` or `ENTRYPOINT` in shell form, without `exec` in front of its last command.

## Why it breaks
Debian's shell stays process 1 and gets SIGTERM; the server behind it does not. `docker stop` waits for ten
seconds and kills: requests are cut off, and each restart is slow.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD python migrate.py && gunicorn app:app

## Use instead
Have the shell become the server, or leave the shell out.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD python migrate.py && exec gunicorn app:app

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_EXEC = re.compile(r"(^|[;&|]\s*)exec\s")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the last stage of each Dockerfile for Python."""
    for dockerfile in facts.dockerfiles:
        stage = dockerfile.stage("")
        if stage is None or not dockerfile.is_python:
            continue
        for name in ("CMD", "ENTRYPOINT"):
            instruction = stage.last(name)
            if instruction is None or instruction.form is not None or dockerfile.last(stage, "SHELL"):
                continue
            if not _EXEC.search(instruction.value):
                yield Finding(
                    Where(dockerfile.path, instruction.line),
                    "the shell gets the signal to end, and the server does not",
                    "put `exec` before the last command",
                )


RULE = Rule("HW507", Severity.NOTE, check)
