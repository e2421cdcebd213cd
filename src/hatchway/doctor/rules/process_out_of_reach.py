"""A process that runs, and that Hatchway does not get into.

## What it finds
A Python process of what runs under Hatchway that has no beacon: it was started with `-I`, its environment
was cleared, its Python is too old.

## Why it breaks
Breakpoints in it are never hit, and nothing says so in the editor but a line of the debug console.
`hatchway ps` says the same as this rule.

## Example
In `running.json`:

    {"out_of_reach": [{"container": "web",
      "sentence": "web: `python -I app.py` is out of reach: Python's -I ignores PYTHONPATH; leave it out"}]}

## Use instead
Each reason has a way out, which is said with it.
In `running.json`:

    {"out_of_reach": []}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Pass on what the survey says."""
    for one in facts.out_of_reach:
        message, _, hint = one.sentence.partition("; ")
        yield Finding(Where(container=one.container), message.removeprefix(f"{one.container}: "), hint)


RULE = Rule("HW222", Severity.WARNING, check)
