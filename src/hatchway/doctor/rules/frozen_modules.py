"""A debugger that Python's frozen modules hide code from.

## What it finds
`python -m debugpy` without `-X frozen_modules=off`, under Python 3.11 or newer.

## Why it breaks
Since 3.11 Python has parts of its standard library built in. They have no files, so a breakpoint in one of
them is never hit, and debugpy warns of that at each start.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["python", "-m", "debugpy", "--listen", "5678", "app.py"]

## Use instead
Hatchway needs no command of its own. By hand, have Python read the files.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["python", "-X", "frozen_modules=off", "-m", "debugpy", "--listen", "5678", "app.py"]

## Fix safety
There is no fix to apply: it changes the command.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.images import python_of
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_SINCE = (3, 11)
_SETTINGS = ("PYTHON_FROZEN_MODULES", "PYDEVD_DISABLE_FILE_VALIDATION")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each debugger that a command starts."""
    for service in facts.services:
        version = python_of(service.image)
        if version is None or version < _SINCE or any(name in service.environ for name in _SETTINGS):
            continue
        said = " ".join(str(program) for program in service.programs)
        for one in service.listeners:
            if one.is_command and one.tool == "debugpy" and "frozen_modules=off" not in said:
                yield Finding(
                    Where(one.path, one.line, one.column),
                    f"breakpoints in some of Python's own modules are missed in `{service.name}`",
                    "say `python -X frozen_modules=off -m debugpy ...`",
                )


RULE = Rule("HW224", Severity.NOTE, check)
