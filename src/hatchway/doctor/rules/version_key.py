"""A compose file that names the version of its format.

## What it finds
`version:` at the top of a compose file.

## Why it breaks
It says nothing any more, and Compose prints a warning about it each time. Some take it for the version of
Compose that is needed.

## Example
In `compose.yaml`:

    version: "3"
    services:
      web: {build: .}

## Use instead
In `compose.yaml`:

    services:
      web: {build: .}

## Fix safety
Safe: no Compose of today reads it.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.doctor.texts import removed


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the top of each compose file."""
    for stack in facts.stacks:
        key = stack.root.key("version")
        if key:
            edit = removed(facts.texts, key.path, key.line)
            yield Finding(Where.of(key), "`version` says nothing any more", "take the line out", edit)


RULE = Rule("HW601", Severity.NOTE, check)
