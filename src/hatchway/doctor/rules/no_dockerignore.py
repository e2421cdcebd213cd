"""Everything of the folder goes into the image.

## What it finds
`COPY . .` without a `.dockerignore`.

## Why it breaks
The image gets `.git`, the virtual environment, test data and `.env` with its passwords. Each commit
changes `.git`, so the layer is built anew even where no code has changed.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    COPY . .

## Use instead
Say what is left out.
In `Dockerfile`:

    FROM python:3.13-slim
    COPY . .

In `.dockerignore`:

    .git
    .venv
    .env

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look for a copy of everything."""
    for dockerfile in facts.dockerfiles:
        for instruction in dockerfile.parsed.instructions:
            words = instruction.words
            is_copy = instruction.name in ("COPY", "ADD") and "from" not in instruction.flags
            if is_copy and len(words) > 1 and words[0] in (".", "./") and not dockerfile.has_ignore:
                yield Finding(
                    Where(dockerfile.path, instruction.line),
                    "`.git`, virtual environments and passwords are copied, too",
                    "write a `.dockerignore`",
                )


RULE = Rule("HW505", Severity.WARNING, check)
