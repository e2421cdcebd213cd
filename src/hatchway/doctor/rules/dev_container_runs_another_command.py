"""A dev container that is not what is shipped.

## What it finds
A dev container of a compose service whose command is replaced by one that does nothing: `sleep infinity`.

## Why it breaks
The server does not run, and is started by hand, with other options, without its supervisor and as another
user. What is debugged there is not what runs in production.

## Example
In `.devcontainer/devcontainer.json`:

    {"dockerComposeFile": "docker-compose.yml", "service": "web"}

In `.devcontainer/docker-compose.yml`:

    services:
      web:
        image: shop
        command: sleep infinity

## Use instead
`hatchway up` debugs the service as it is; the editor stays on this machine.
In `.devcontainer/devcontainer.json`:

    {"dockerComposeFile": "docker-compose.yml", "service": "web"}

In `.devcontainer/docker-compose.yml`:

    services:
      web:
        image: shop

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity

_IDLE = re.compile(r"sleep (infinity|\d{4,})|tail -[fF] /dev/null|while (true|:|sleep)")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the service of each dev container."""
    wanted = {root["service"].text for root in facts.devcontainers if root["dockerComposeFile"]}
    for service in facts.services:
        for program in service.programs[:1] if service.name in wanted else ():
            if _IDLE.search(str(program)):
                message = f"in the dev container `{service.name}` does not run its server"
                yield Finding(program_place(program), message, "`hatchway up` debugs it as it is shipped")


RULE = Rule("HW704", Severity.NOTE, check)
