"""A debugger among what production installs.

## What it finds
debugpy, ptvsd, pydevd-pycharm, ipdb or the like in a requirements file that is not for development or
tests.

## Why it breaks
Every image carries what only developers need, at a version that somebody has to keep in step with
Python's, and that attackers like to find.

## Example
In `requirements.txt`:

    flask==3.1.0
    debugpy==1.8.22

## Use instead
Hatchway brings its own when you debug. Else it belongs in a file for development.
In `requirements-dev.txt`:

    debugpy==1.8.22

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_PRODUCTION = re.compile(
    r"requirements?\.(txt|in|pip)|requirements[-_.](base|prod|production|main)\.(txt|in)"
)
_DEBUGGERS = ("debugpy", "ptvsd", "pydevd-pycharm", "pydevd", "ipdb", "pudb", "web-pdb", "remote-pdb", "rpdb")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each requirement."""
    for one in facts.requirements:
        is_production = _PRODUCTION.fullmatch(one.path.rpartition("/")[2])
        if is_production and one.name in _DEBUGGERS:
            yield Finding(
                Where(one.path, one.line),
                f"{one.name} is installed wherever the application is",
                "take it out; Hatchway brings its own when you debug",
            )


RULE = Rule("HW405", Severity.NOTE, check)
