"""A file of variables that is not there.

## What it finds
An `env_file` of a service that is not in the project, and is not said to be optional.

## Why it breaks
Compose refuses to start anything: "env file not found". It works where the file was written by hand, and
for nobody who has just cloned the project.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        env_file: web.env

## Use instead
Say that it may be missing, or have it there.
In `compose.yaml`:

    services:
      web:
        image: shop
        env_file: [{path: web.env, required: false}]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each file that a service names."""
    for service in facts.services:
        for item in service.node["env_file"].children():
            node = item["path"] or item
            if "$" in node.text or node.text.startswith(("/", "~", "..")) or item["required"].is_false:
                continue
            folder = node.path.rpartition("/")[0]
            path = "/".join(part for part in f"{folder}/{node.text}".split("/") if part not in ("", "."))
            if node.text and path not in facts.names:
                alike = [
                    name
                    for name in sorted(facts.names)
                    if name.startswith(f"{path}.") or name == f"{path}-example"
                ]
                hint = f"copy {alike[0]}" if alike else "write it, or say `required: false`"
                yield Finding(Where.of(node), f"{node.text} of `{service.name}` is not there", hint)


RULE = Rule("HW608", Severity.WARNING, check)
