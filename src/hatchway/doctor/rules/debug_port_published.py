"""A debug port that whoever reaches this machine can use.

## What it finds
A published port of a compose service on which a debugger listens, or that debuggers are usually told (5678),
without an address of this host in front of it.

## Why it breaks
A debugger runs any code it is sent, and asks for no password. Docker publishes a port without an address on
all networks, past most firewalls: on the café's network, anybody may be root in the container.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        ports: ["5678:5678"]

## Use instead
`hatchway up` needs no port at all. By hand, the loopback address keeps others out.
In `compose.yaml`:

    services:
      web:
        image: shop
        ports: ["127.0.0.1:5678:5678"]

## Fix safety
Safe: the port stays reachable from this machine, which is where the editor is.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.ports import is_open, ports_of
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.doctor.texts import replaced

_USUAL = 5678


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every published port."""
    for service in facts.services:
        debugged = {_USUAL, *(one.port for one in service.listeners)}
        for port in ports_of(service.node):
            if port.target in debugged and is_open(port):
                long = port.node.text or f"{port.published}:{port.target}"
                yield Finding(
                    Where.of(port.node),
                    f"the debug port {port.target} of `{service.name}` is open to all networks",
                    f'publish it on this machine alone: "127.0.0.1:{long}"; `hatchway up` needs none',
                    replaced(facts.texts, port.node, port.node.text, f"127.0.0.1:{port.node.text}"),
                )


RULE = Rule("HW401", Severity.ERROR, check)
