"""uWSGI without its master process.

## What it finds
An application under uWSGI whose options have no `master`.

## Why it breaks
Nobody replaces a worker that has crashed, there is no reload and no harakiri, and a signal to end reaches
one process only.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--http=:8000", "--module=app:app"]

## Use instead
Ask for one.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["uwsgi", "--master", "--http=:8000", "--module=app:app"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each uWSGI."""
    for service in facts.services:
        for serving in service.serving:
            is_told = {"master", "emperor"} & set(serving.options)
            # An ini file that is not here may say it.
            is_known = not any(
                word.endswith((".ini", ".yaml", ".xml")) for word in serving.program.words
            ) or any(path.endswith(".ini") for _, path, _ in serving.options.values())
            is_alone = not any("tiangolo" in name for name in (service.image,))
            if serving.server == "uwsgi" and not is_told and is_known and is_alone:
                files = [path for _, path, _ in serving.options.values() if path.endswith(".ini")]
                place = Where(files[0], 1) if files else program_place(serving.program)
                yield Finding(
                    place, f"nobody replaces a crashed worker of `{service.name}`", "say `master = true`"
                )


RULE = Rule("HW218", Severity.NOTE, check)
