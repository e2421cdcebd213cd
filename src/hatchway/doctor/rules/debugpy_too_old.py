"""A debugger from before the image's Python.

## What it finds
A pinned debugpy that is older than the first one built for the Python of the image.

## Why it breaks
Python changes what debuggers hang on to with each version. An older debugger installs all the same, without
its compiled part: it is slow, and nobody promises that it works with this Python. It may still stop in a
small program.

## Example
In `Dockerfile`:

    FROM python:3.13-slim

In `requirements.txt`:

    debugpy==1.6.7

## Use instead
Hatchway brings one that fits. By hand, take a newer one.
In `Dockerfile`:

    FROM python:3.13-slim

In `requirements.txt`:

    debugpy==1.8.22

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.images import python_of
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_NEEDS = (((3, 14), (1, 8, 17)), ((3, 13), (1, 8, 7)), ((3, 12), (1, 8, 1)), ((3, 11), (1, 7, 0)))
"""The first with a wheel for Linux on x86_64 that is built for this Python, as the package index has them."""


def check(facts: Facts) -> Iterator[Finding]:
    """Compare each pinned debugger with the versions of Python in the images."""
    versions = [python_of(stage.image) for one in facts.dockerfiles for stage in one.parsed.stages]
    versions += [python_of(service.image) for service in facts.services]
    newest = max((version for version in versions if version), default=None)
    for one in facts.requirements:
        if newest is None or one.name != "debugpy" or not one.version:
            continue
        need = next((need for python, need in _NEEDS if newest >= python), ())
        if one.version < need:
            name, least = ".".join(map(str, newest)), ".".join(map(str, need))
            have = ".".join(map(str, one.version))
            message = f"debugpy {have} is older than the first one built for Python {name}"
            yield Finding(
                Where(one.path, one.line), message, f"take {least} or newer, or leave it to Hatchway"
            )


RULE = Rule("HW802", Severity.WARNING, check)
