"""A container that restarts others when their health check fails.

## What it finds
A service such as `autoheal` beside services with health checks.

## Why it breaks
A paused service may not answer its health check. Docker leaves it alone; these restart it, and the session
of its workers ends in the middle of a step.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        healthcheck: {test: ["CMD", "true"]}
      autoheal:
        image: willfarrell/autoheal:1.2.0

## Use instead
Leave it out of the stack that you debug: by a profile, or an override file.
In `compose.yaml`:

    services:
      web:
        image: shop
        healthcheck: {test: ["CMD", "true"]}
      autoheal:
        image: willfarrell/autoheal:1.2.0
        profiles: [production]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.images import read_image
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_RESTARTERS = ("autoheal", "docker-autoheal", "deunhealth")


def check(facts: Facts) -> Iterator[Finding]:
    """Look for such a service."""
    for service in facts.services:
        image = read_image(service.image)
        if image and image.name in _RESTARTERS and not service.node["profiles"]:
            yield Finding(
                Where.of(service.node["image"]),
                f"`{service.name}` restarts a service that is paused",
                "give it a profile, so that it is left out while you debug",
            )


RULE = Rule("HW305", Severity.WARNING, check)
