"""A key for all of Debian's packages.

## What it finds
`apt-key` in a Dockerfile.

## Why it breaks
Debian has taken the command out: the build fails from Debian 13 on. A key added by it could sign any
package of any source, and it often comes over plain HTTP.

## Example
In `Dockerfile`:

    FROM debian:bookworm-slim
    RUN wget -O - http://example.com/key.asc | apt-key add -

## Use instead
A key in a file of its own, named by the source that it is for.
In `Dockerfile`:

    FROM debian:bookworm-slim
    ADD https://example.com/key.asc /etc/apt/keyrings/example.asc

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each RUN."""
    for dockerfile in facts.dockerfiles:
        for one in dockerfile.parsed.instructions:
            if one.name == "RUN" and re.search(r"\bapt-key\b", one.value):
                place = Where(dockerfile.path, one.line)
                yield Finding(
                    place, "apt-key is gone from Debian 13", "use `signed-by` and /etc/apt/keyrings"
                )


RULE = Rule("HW805", Severity.WARNING, check)
