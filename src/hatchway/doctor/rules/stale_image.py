"""A container whose files are not yours any more.

## What it finds
A running container of the project that was built before a file was edited: the file in it is another.

## Why it breaks
The editor sets a breakpoint on a line of your file, and what runs has something else on that line, or
nothing. It stops in the wrong place, or never, and an edit changes nothing.

## Example
In `running.json`:

    {"containers": [{"name": "shop-web-1", "outdated": ["app.py"]}]}

## Use instead
`hatchway up --build` builds the image anew. A bind mount of the code, or `develop.watch` of the compose
file, keeps the container's files yours.
In `running.json`:

    {"containers": [{"name": "shop-web-1"}]}

## Fix safety
There is no fix to apply: what is built anew replaces what runs.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each container that runs."""
    for one in facts.containers:
        if one.outdated:
            more = f" (and {len(one.outdated) - 1} more)" if len(one.outdated) > 1 else ""
            yield Finding(
                Where(container=one.name),
                f"its `{one.outdated[0]}`{more} is older than yours: breakpoints go astray",
                "build it anew: `hatchway up --build`",
            )


RULE = Rule("HW223", Severity.WARNING, check)
