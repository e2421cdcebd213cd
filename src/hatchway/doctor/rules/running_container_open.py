"""A container that runs with a door open.

## What it finds
A running container of the project whose debug port is published on all networks, or that has the Docker
engine's socket.

## Why it breaks
What the files say is one thing; what was started by hand, weeks ago, with other options, is another. A
debugger runs any code it is sent; the socket is root on this machine.

## Example
In `running.json`:

    {"containers": [{"name": "shop-web-1", "published": [["0.0.0.0", 5678]]}]}

## Use instead
`hatchway up` publishes nothing. By hand, an address of this host keeps others out.
In `running.json`:

    {"containers": [{"name": "shop-web-1", "published": [["127.0.0.1", 5678]]}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_DEBUG_PORT = 5678
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - it is looked for, not listened on


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each container that runs."""
    for one in facts.containers:
        where = Where(container=one.name)
        if any(port == _DEBUG_PORT and host in _EVERYWHERE for host, port in one.published):
            message = f"port {_DEBUG_PORT} of it is open to all networks, now"
            yield Finding(where, message, "end it, and publish the port on 127.0.0.1 or not at all")
        elif any(source.endswith("docker.sock") for source in one.mounts):
            message = "whoever gets into it is root on this machine"
            yield Finding(where, message, "start it without docker.sock")


RULE = Rule("HW411", Severity.ERROR, check)
