"""An option of uWSGI that keeps debuggers out of its workers.

## What it finds
`py-call-uwsgi-fork-hooks = false`, `no-site`, or an `env` or `unenv` of `PYTHONPATH` in an ini file of
uWSGI.

## Why it breaks
Without fork hooks workers do not hear that they were born; without `PYTHONPATH` and `site` nothing gets
into Python that is not in the code. What the ini file says wins over the environment.

## Example
In `uwsgi.ini`:

    [uwsgi]
    module = app:app
    env = PYTHONPATH=/app

## Use instead
`pythonpath` adds to the path and is not in the way.
In `uwsgi.ini`:

    [uwsgi]
    module = app:app
    pythonpath = /app

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every ini file with a section of uWSGI."""
    for ini in facts.inis:
        for entry in ini.entries:
            if entry.section == "uwsgi" and _is_in_the_way(entry.name, entry.value):
                yield Finding(
                    Where(ini.path, entry.line),
                    f"`{entry.name} = {entry.value}` keeps Hatchway out of the workers",
                    "leave it out while you debug",
                )


def _is_in_the_way(name: str, value: str) -> bool:
    is_off = value.lower() in ("false", "off", "no", "0")
    if name in ("env", "unenv"):
        return value.partition("=")[0].strip() == "PYTHONPATH"
    return (name == "py-call-uwsgi-fork-hooks" and is_off) or (name == "no-site" and not is_off)


RULE = Rule("HW217", Severity.WARNING, check)
