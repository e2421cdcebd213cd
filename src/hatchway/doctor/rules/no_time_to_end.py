"""A container that is killed as soon as it is told to end.

## What it finds
`stop_grace_period` of less than two seconds.

## Why it breaks
A server gets SIGTERM to finish what it is at, and SIGKILL when the period is over. With none, requests are
cut off, and what only an orderly end writes is lost: coverage, profiles, the last log lines.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        stop_grace_period: 0s

## Use instead
A few seconds are enough for most.
In `compose.yaml`:

    services:
      web:
        image: shop
        stop_grace_period: 5s

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each service."""
    for service in facts.services:
        node = service.node["stop_grace_period"]
        if service.dockerfile and not service.is_python:
            continue  # what builds the assets has nothing to finish
        if re.fullmatch(r"(0|[01]s|\d+ms)", node.text):
            message = f"`{service.name}` is killed before it can finish"
            yield Finding(Where.of(node), message, "give it a few seconds")


RULE = Rule("HW308", Severity.NOTE, check)
