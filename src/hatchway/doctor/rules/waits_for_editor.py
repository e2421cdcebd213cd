"""A service that answers nobody until an editor comes.

## What it finds
`debugpy.wait_for_client()` and its like in the code of a service.

## Why it breaks
They wait without end. If nobody attaches, the first request hangs for ever, health checks fail, and what
depends on the service never starts; a worker that is replaced waits once more.

## Example
In `app.py`:

    import debugpy

    def start():
        debugpy.listen(5678)
        debugpy.wait_for_client()

## Use instead
`hatchway up --wait` holds the application until an editor is there, `--wait-limit 60` a minute at most.
An attached editor's breakpoints are set before a worker serves anyway.
In `app.py`:

    def start():
        return None

## Fix safety
There is no fix to apply: what waits for whom is yours to say.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import call_place
from hatchway.doctor.rule import Finding, Rule, Severity

_WAITS = ("debugpy.wait_for_client", "ptvsd.wait_for_attach")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each call that waits without a limit."""
    for source in facts.sources:
        for call in source.calls:
            if call.name in _WAITS and not call.words and "timeout" not in call.options:
                yield Finding(
                    call_place(call),
                    "nobody is served until an editor comes, however long that takes",
                    "leave it out: `hatchway up --wait-limit 60` waits, with a limit",
                )


RULE = Rule("HW225", Severity.NOTE, check)
