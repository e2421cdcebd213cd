"""A debugger's prompt left in the code.

## What it finds
`pdb.set_trace()`, `breakpoint()` and their like in code that is not a test.

## Why it breaks
In production nobody answers the prompt: the worker's stdin is closed, so the request fails with
`bdb.BdbQuit`, or it waits until the worker is killed.

## Example
In `app.py`:

    def read_message():
        import pdb; pdb.set_trace()

## Use instead
A breakpoint in the editor, or `hatchway pdb -b app.py:2`, leaves the code alone.
In `app.py`:

    def read_message():
        return None

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Call, Facts
from hatchway.doctor.places import call_place
from hatchway.doctor.rule import Finding, Rule, Severity

_TESTS = re.compile(r"(^|/)(tests?|testing|conftest\.py|test_[^/]*|[^/]*_test\.py)(/|$)")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each call."""
    for source in facts.sources:
        if _TESTS.search(source.path):
            continue
        for call in source.calls:
            if _is_prompt(call):
                yield Finding(
                    call_place(call),
                    f"`{call.name}()` waits for an answer that nobody gives in production",
                    "take it out; `hatchway pdb -b FILE:LINE` stops there as well",
                )


def _is_prompt(call: Call) -> bool:
    """Tell whether somebody has put it there to look; one that is given a frame is part of a tool."""
    return call.name == "breakpoint" or (call.name.endswith(".set_trace") and call.words != (None,))


RULE = Rule("HW409", Severity.WARNING, check)
