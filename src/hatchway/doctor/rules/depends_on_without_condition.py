"""A service that waits for the start of another one, not for its being ready.

## What it finds
A `depends_on` without `condition: service_healthy`, where the other service is a database, a broker or has a
health check.

## Why it breaks
Compose waits until the container has started, and a database takes seconds from there. The application
comes first, fails to connect, and ends; or only on slow machines, such as the one for CI.

## Example
In `compose.yaml`:

    services:
      web:
        build: .
        depends_on: [db]
      db:
        image: postgres:16

## Use instead
In `compose.yaml`:

    services:
      web:
        build: .
        depends_on:
          db: {condition: service_healthy}
      db:
        image: postgres:16
        healthcheck: {test: ["CMD", "pg_isready", "--username=postgres"]}

## Fix safety
There is no fix to apply: the other service needs a health check for it.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts, Service
from hatchway.doctor.images import read_image
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.formats.tree import Node

_SLOW = (
    "postgres",
    "postgis",
    "mysql",
    "mariadb",
    "mongo",
    "redis",
    "valkey",
    "rabbitmq",
    "kafka",
    "elasticsearch",
)


def check(facts: Facts) -> Iterator[Finding]:
    """Look at what each service depends on."""
    for service in facts.services:
        others = {one.name: one for one in facts.services if one.stack == service.stack}
        node = service.node["depends_on"]
        waits = [(item, item.text) for item in node.children()]
        waits += [
            (key, key.text)
            for key, value in node.entries
            if value["condition"].text in ("", "service_started")
        ]
        for place, name in waits:
            other = others.get(name)
            if other is not None and _is_slow(other):
                yield _finding(place, service.name, other)


def _finding(place: Node, name: str, other: Service) -> Finding:
    check_it = "" if other.node["healthcheck"] else f", and give `{other.name}` a `healthcheck`"
    return Finding(
        Where.of(place),
        f"`{name}` may start before `{other.name}` is ready",
        f"say `{other.name}: {{condition: service_healthy}}`{check_it}",
    )


def _is_slow(other: Service) -> bool:
    if other.node.at("healthcheck", "disable").is_true:
        return False
    image = read_image(other.image)
    return bool(other.node["healthcheck"]) or (image is not None and image.name in _SLOW)


RULE = Rule("HW603", Severity.NOTE, check)
