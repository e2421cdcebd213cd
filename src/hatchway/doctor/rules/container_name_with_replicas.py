"""A name for one container, and several of them.

## What it finds
`container_name` in a service with `scale` or `deploy.replicas` above one.

## Why it breaks
Names are unique: Compose refuses to start the second one. It also keeps two copies of the project from
running side by side.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        container_name: shop
        deploy: {replicas: 2}

## Use instead
Leave the name to Compose.
In `compose.yaml`:

    services:
      web:
        image: shop
        deploy: {replicas: 2}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each service with replicas."""
    for service in facts.services:
        number = service.node.at("deploy", "replicas").text or service.node["scale"].text
        key = service.node.key("container_name")
        if number.isdecimal() and int(number) > 1 and key:
            message = f"{number} containers of `{service.name}` cannot have one name"
            yield Finding(Where.of(key), message, "leave `container_name` out")


RULE = Rule("HW604", Severity.ERROR, check)
