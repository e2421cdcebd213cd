"""Two services on one port of this machine.

## What it finds
The same published port in two services of a compose file that start together, or in one with replicas.

## Why it breaks
The second one fails to start: "port is already allocated". Which one that is depends on the day.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        ports: ["8000:8000"]
      admin:
        image: admin
        ports: ["8000:80"]

## Use instead
Give each its own; replicas get one from a range, or none behind a proxy.
In `compose.yaml`:

    services:
      web:
        image: shop
        ports: ["8000:8000"]
      admin:
        image: admin
        ports: ["8001:80"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.ports import ports_of
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Compare the ports of the services of each stack."""
    taken: dict[tuple[str, str, str], str] = {}
    for service in facts.services:
        number = service.node.at("deploy", "replicas").text or service.node["scale"].text
        for port in ports_of(service.node) if not service.node["profiles"] else ():
            if not port.published.isdecimal() or "udp" in (port.node.text + port.node["protocol"].text):
                continue
            place = Where.of(port.node)
            other = taken.setdefault((service.stack, port.host, port.published), service.name)
            if other != service.name:
                message = f"`{service.name}` and `{other}` both want port {port.published}"
                yield Finding(place, message, "give one of them another port")
            elif number.isdecimal() and int(number) > 1:
                message = f"{number} containers of `{service.name}` want port {port.published}"
                yield Finding(place, message, "publish a range, or none")


RULE = Rule("HW605", Severity.ERROR, check)
