"""An instruction that Docker has given up.

## What it finds
`MAINTAINER` in a Dockerfile.

## Why it breaks
It has been deprecated since 2017, and a build prints a warning about it.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    MAINTAINER me

## Use instead
A label says the same.
In `Dockerfile`:

    FROM python:3.13-slim
    LABEL org.opencontainers.image.authors="me"

## Fix safety
Safe: the label is what tools look for today, and changes nothing that runs.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Edit, Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each instruction."""
    for dockerfile in facts.dockerfiles:
        for one in dockerfile.parsed.instructions:
            if one.name == "MAINTAINER":
                before = dockerfile.lines[one.line - 1 : one.last]
                who = one.value.strip("\"'").replace('"', "'")
                label = f'LABEL org.opencontainers.image.authors="{who}"'
                edit = Edit(dockerfile.path, one.line, one.last, (label,), tuple(before))
                yield Finding(
                    Where(dockerfile.path, one.line), "MAINTAINER is deprecated", f"write `{label}`", edit
                )


RULE = Rule("HW803", Severity.NOTE, check)
