"""An image with a system that is no longer looked after.

## What it finds
A base image on a Debian, Ubuntu or Alpine whose end of life has passed.

## Why it breaks
There are no security fixes, and after a while no packages: `apt-get update` fails with 404, and the image
cannot be built any more.

## Example
In `Dockerfile`:

    FROM python:3.13-buster

## Use instead
Take one that is looked after.
In `Dockerfile`:

    FROM python:3.13-trixie

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.images import ended_system
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each stage, and at each service's own image."""
    images = [
        (stage.image, Where(dockerfile.path, stage.line))
        for dockerfile in facts.dockerfiles
        for stage in dockerfile.parsed.stages
    ]
    images += [(one.image, Where.of(one.node["image"])) for one in facts.services if not one.dockerfile]
    for image, place in images:
        if ended := ended_system(image, facts.today):
            since = f" since {ended[1]:%B %Y}" if ended[1] else ""
            yield Finding(place, f"{ended[0]} has not been looked after{since}", "take a newer one")


RULE = Rule("HW502", Severity.WARNING, check)
