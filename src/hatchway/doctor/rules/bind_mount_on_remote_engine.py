"""Files of this machine for an engine on another one.

## What it finds
A bind mount in a project whose Docker engine is elsewhere: `DOCKER_HOST` in the environment or in VS
Code's settings.

## Why it breaks
The path is looked up where the engine is. There it is an empty folder, or somebody else's: the container
starts without your code.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        volumes: [".:/app"]

In `.vscode/settings.json`:

    {"docker.environment": {"DOCKER_HOST": "ssh://me@big"}}

## Use instead
Have the code in the image and built anew, or synchronised by `docker compose watch`.
In `compose.yaml`:

    services:
      web:
        image: shop

In `.vscode/settings.json`:

    {"docker.environment": {"DOCKER_HOST": "ssh://me@big"}}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_HERE = re.compile(r"tcp://(127\.|localhost)")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at volumes where the engine is elsewhere."""
    hosts = [facts.docker_host]
    for root in facts.settings:
        hosts += [root[f"{name}.environment"]["DOCKER_HOST"].text for name in ("docker", "containers")]
        hosts += [root["docker.host"].text, root["containers.host"].text]
    host = next((one for one in hosts if one.startswith(("ssh://", "tcp://")) and not _HERE.match(one)), "")
    for service in facts.services if host else ():
        for volume in service.node["volumes"].children():
            source = volume["source"].text or volume.text.partition(":")[0]
            if source.startswith(("./", "../", "~")) or source in (".", ".."):
                message = f"{source} is looked up on {host}, where it is not"
                yield Finding(
                    Where.of(volume), message, "have the code in the image, or `docker compose watch`"
                )


RULE = Rule("HW609", Severity.ERROR, check)
