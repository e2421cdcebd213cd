"""An image with a Python that is no longer looked after.

## What it finds
A base image whose name promises a version of Python whose end of life has passed.

## Why it breaks
It gets no security fixes, new releases of packages leave it out, and so do debuggers: breakpoints that work
elsewhere do not here.

## Example
In `Dockerfile`:

    FROM python:3.8-slim

## Use instead
In `Dockerfile`:

    FROM python:3.13-slim

## Fix safety
There is no fix to apply: what the application needs may not be there for a newer one.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.images import PYTHON_ENDS, python_of
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each stage, and at each service's own image."""
    images = [
        (stage.image, Where(dockerfile.path, stage.line))
        for dockerfile in facts.dockerfiles
        for stage in dockerfile.parsed.stages
    ]
    images += [
        (one.image, Where.of(one.node["image"]))
        for one in facts.services
        if one.node["image"] and not one.node["build"]
    ]
    for image, place in images:
        version = python_of(image)
        end = PYTHON_ENDS.get(version) if version else None
        if version and end and end < facts.today:
            name = ".".join(map(str, version))
            yield Finding(
                place,
                f"Python {name} has not been looked after since {end:%B %Y}",
                "take one that is: `python:3.13-slim`",
            )


RULE = Rule("HW501", Severity.WARNING, check)
