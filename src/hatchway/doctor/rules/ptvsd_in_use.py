"""The debugger that came before debugpy.

## What it finds
ptvsd in the requirements or the source.

## Why it breaks
It has had no release since 2020 and does not know any Python that is looked after today. Its name lives on
in tutorials.

## Example
In `requirements.txt`:

    ptvsd==4.3.2

## Use instead
debugpy is its successor; Hatchway brings it along.
In `requirements-dev.txt`:

    debugpy==1.8.22

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import call_place
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at requirements and calls."""
    hint = "take it out: Hatchway brings debugpy, its successor"
    for one in facts.requirements:
        if one.name == "ptvsd":
            yield Finding(Where(one.path, one.line), "ptvsd has been given up in 2020", hint)
    for source in facts.sources:
        for call in source.calls:
            if call.name.startswith("ptvsd."):
                yield Finding(call_place(call), "ptvsd has been given up in 2020", hint)


RULE = Rule("HW804", Severity.ERROR, check)
