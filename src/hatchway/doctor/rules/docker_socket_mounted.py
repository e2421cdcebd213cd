"""A container that is given the Docker engine.

## What it finds
`/var/run/docker.sock` among the volumes of a service.

## Why it breaks
Whoever is in that container can start others with everything of this machine mounted: it is root here, by
way of one request. Read-only does not help, since it is a socket.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        volumes: ["/var/run/docker.sock:/var/run/docker.sock"]

## Use instead
Leave it out; a proxy that lets only some requests through is for those who need it.
In `compose.yaml`:

    services:
      web:
        image: shop
        volumes: ["./data:/data"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each volume."""
    for service in facts.services:
        for volume in service.node["volumes"].children():
            source = volume["source"].text or volume.text.partition(":")[0]
            if source.endswith("docker.sock"):
                yield Finding(
                    Where.of(volume),
                    f"whoever gets into `{service.name}` is root on this machine",
                    "leave it out, or put a proxy before it",
                )


RULE = Rule("HW408", Severity.WARNING, check)
