"""A service that depends on one that is not there.

## What it finds
A name in `depends_on`, `links` or `network_mode: service:` that no service of the files has.

## Why it breaks
Compose refuses the file. Often the other one was renamed, or is in a file that is not read with this one.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        depends_on: [db]

## Use instead
Name one that is there.
In `compose.yaml`:

    services:
      web:
        image: shop
        depends_on: [store]
      store:
        image: redis:7

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.formats.tree import Node


def check(facts: Facts) -> Iterator[Finding]:
    """Look at what each service names."""
    for stack in facts.stacks:
        if stack.root["include"]:
            continue
        known = {key.text for key, _ in stack.root["services"].entries}
        for key, node in stack.root["services"].entries:
            depends = node["depends_on"]
            named = [
                *((item, item.text) for item in depends.children()),
                *((one, one.text) for one, _ in depends.entries),
            ]
            named += [(item, item.text.partition(":")[0]) for item in node["links"].children()]
            for place, name in named:
                if name not in known and "$" not in name and not _is_optional(depends, name):
                    message = f"`{key.text}` names `{name}`, which is no service"
                    yield Finding(Where.of(place), message, f"there is {', '.join(sorted(known)[:5])}")


def _is_optional(depends: Node, name: str) -> bool:
    return depends[name]["required"].is_false


RULE = Rule("HW610", Severity.ERROR, check)
