"""A file that cannot be read as what it should be.

## What it finds
A Dockerfile, a compose file or an editor's file that its parser refuses: an unknown instruction, a mapping
that is none, a missing comma.

## Why it breaks
Whoever should read it stops there, or worse, takes a part of it. Nothing else in it can be judged.

## Example
In `compose.yaml`:

    services:
      web: [

## Use instead
In `compose.yaml`:

    services:
      web: {image: "python:3.13-slim"}

## Fix safety
There is no fix to apply: what was meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Name each place where a parser gave up."""
    for broken in facts.broken:
        yield Finding(Where(broken.path, broken.line, broken.column), broken.message)


RULE = Rule("HW101", Severity.ERROR, check)
