"""A database that all networks can reach.

## What it finds
A published port of a database or a broker without an address of this host in front of it.

## Why it breaks
The other services reach it by its name and need no published port. All networks of this machine do reach a
published one, past most firewalls, and the password is in the file.

## Example
In `compose.yaml`:

    services:
      db:
        image: postgres:16
        ports: ["5432:5432"]

## Use instead
Leave it out, or publish it on this machine alone.
In `compose.yaml`:

    services:
      db:
        image: postgres:16
        ports: ["127.0.0.1:5432:5432"]

## Fix safety
Safe: the port stays reachable from this machine.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.ports import is_open, ports_of
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.doctor.texts import replaced

_PORTS = {
    5432: "PostgreSQL",
    3306: "MySQL",
    6379: "Redis",
    27017: "MongoDB",
    5672: "RabbitMQ",
    11211: "memcached",
    9200: "Elasticsearch",
}


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every published port."""
    for service in facts.services:
        for port in ports_of(service.node):
            if port.target in _PORTS and is_open(port):
                yield Finding(
                    Where.of(port.node),
                    f"{_PORTS[port.target]} of `{service.name}` is open to all networks",
                    "leave the port out, or put 127.0.0.1: in front",
                    replaced(facts.texts, port.node, port.node.text, f"127.0.0.1:{port.node.text}"),
                )


RULE = Rule("HW402", Severity.WARNING, check)
