"""A health check that knocks at the debugger.

## What it finds
A `healthcheck` or `HEALTHCHECK` that connects to the port of a debugger.

## Why it breaks
debugpy takes one client at a time and takes the probe for one: the editor finds the port taken, or the
session ends with the probe.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        command: python -m debugpy --listen 0.0.0.0:5678 app.py
        healthcheck: {test: "nc -z localhost 5678"}

## Use instead
Ask the application itself.
In `compose.yaml`:

    services:
      web:
        image: shop
        command: python -m debugpy --listen 0.0.0.0:5678 app.py
        healthcheck: {test: "curl --fail localhost:8000/health"}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each health check of a service with a debugger."""
    for service in facts.services:
        ports = {str(one.port) for one in service.listeners if one.port}
        test = service.node.at("healthcheck", "test")
        probes = [(" ".join(item.text for item in test.children()), Where.of(test))]
        if service.dockerfile and service.stage and not test:
            instruction = service.dockerfile.last(service.stage, "HEALTHCHECK")
            if instruction is not None:
                probes.append((instruction.value, Where(service.dockerfile.path, instruction.line)))
        for text, place in probes:
            if port := next((one for one in re.findall(r"\d+", text) if one in ports), ""):
                yield Finding(
                    place,
                    f"the health check of `{service.name}` knocks at the debugger's port {port}",
                    "ask the application",
                )


RULE = Rule("HW307", Severity.ERROR, check)
