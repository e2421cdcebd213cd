"""Services that are joined by `links`.

## What it finds
`links:` of a compose service.

## Why it breaks
All services of a project find one another by their names already. A link adds nothing but an order of start,
which it does not say, and is left out by newer tools.

## Example
In `compose.yaml`:

    services:
      web:
        build: .
        links: [redis]
      redis:
        image: redis:7

## Use instead
In `compose.yaml`:

    services:
      web:
        build: .
        depends_on: [redis]
      redis:
        image: redis:7

## Fix safety
There is no fix to apply: a link may give a service a second name.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every service."""
    for service in facts.services:
        key = service.node.key("links")
        if key:
            yield Finding(
                Where.of(key),
                f"`{service.name}` is linked to what it finds by name anyway",
                "say `depends_on` if it is the order that matters, or nothing",
            )


RULE = Rule("HW602", Severity.NOTE, check)
