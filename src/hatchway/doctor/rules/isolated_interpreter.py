"""An interpreter that is told to ignore its environment.

## What it finds
A command that starts Python with `-I`, `-E` or `-S`.

## Why it breaks
Hatchway, and every other tool that needs no change of the code, gets into Python by `PYTHONPATH`. `-I` and
`-E` have it ignored, `-S` leaves out `sitecustomize`: the process is out of reach.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["python", "-I", "app.py"]

## Use instead
Leave the flag out while you debug, in an override file.
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["python", "app.py"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.commands import commands
from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity

_PYTHON = re.compile(r"python[0-9.]*")
_OPTION = re.compile(r"-[A-Za-z]+")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every command that is Python's."""
    for service in facts.services:
        for program in service.programs:
            for command in commands(program):
                flags = _flags(command.words)
                if flags:
                    yield Finding(
                        program_place(command),
                        f"Python's -{flags} keeps Hatchway out of `{service.name}`",
                        "leave it out of the command while you debug",
                    )


def _flags(words: tuple[str, ...]) -> str:
    """Return the first of the flags that a command gives its interpreter; empty if it gives none."""
    if not words or not _PYTHON.fullmatch(words[0].rpartition("/")[2]):
        return ""
    for word in words[1:]:
        if not _OPTION.fullmatch(word):
            break
        letters = word[1:].partition("c")[0].partition("m")[0]
        if found := re.search(r"[IES]", letters):
            return found[0]
        if letters != word[1:]:
            break
    return ""


RULE = Rule("HW211", Severity.WARNING, check)
