"""A script that sets PYTHONPATH anew.

## What it finds
`PYTHONPATH=/app` in a shell script or a command, without the `$PYTHONPATH` that was there.

## Why it breaks
What whoever starts the container has put there is lost: Hatchway, and everything else that gets into
Python that way.

## Example
In `entrypoint.sh`:

    #!/bin/sh
    export PYTHONPATH=/app
    exec "$@"

## Use instead
Add to it.
In `entrypoint.sh`:

    #!/bin/sh
    export PYTHONPATH=/app:$PYTHONPATH
    exec "$@"

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_SET = re.compile(r"(?:^|[\s;&])PYTHONPATH=(?![^\s;&]*\$\{?PYTHONPATH)[^\s;&]")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every script that a container may start, and at the commands themselves."""
    hint = "add to it: `PYTHONPATH=...:$PYTHONPATH`"
    for script in facts.scripts:
        if not facts.is_started(script) and "entrypoint" not in script.path.rpartition("/")[2]:
            continue
        for number, line in enumerate(script.lines, start=1):
            if _SET.search(line):
                yield Finding(
                    Where(script.path, number), "PYTHONPATH is set anew, and what was in it is lost", hint
                )
    for service in facts.services:
        for program in service.programs:
            if any(_SET.match(word) for word in program.words) or _SET.search(" ".join(program.words[2:3])):
                yield Finding(program_place(program), f"PYTHONPATH of `{service.name}` is set anew", hint)


RULE = Rule("HW212", Severity.WARNING, check)
