"""The code is copied before what it needs is installed.

## What it finds
A `COPY . .` in front of a `pip install` from a requirements file that lies in what was copied.

## Why it breaks
Docker builds a layer anew when what it is made from has changed, and all layers behind it. So each edit of
the code installs all packages again: minutes in place of a second.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    COPY . .
    RUN pip install -r requirements.txt

## Use instead
In `Dockerfile`:

    FROM python:3.13-slim
    COPY requirements.txt .
    RUN pip install -r requirements.txt
    COPY . .

## Fix safety
There is no fix to apply: lines between the two may depend on their order.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_INSTALL = re.compile(
    r"\bpip3? install\b[^&|;]*\s(-r|--requirement)[ =]?\S|\b(poetry install|pipenv (install|sync)|uv sync)\b"
)


def check(facts: Facts) -> Iterator[Finding]:
    """Look for a copy of everything that stands before an installation of the same stage."""
    for dockerfile in facts.dockerfiles:
        installed: set[str] = set()
        for stage in dockerfile.parsed.stages:
            if stage.image in installed:  # what is installed here is the code itself
                installed.add(stage.name)
                continue
            if any(one.name == "RUN" and _INSTALL.search(one.value) for one in stage.instructions):
                installed.add(stage.name)
            copied = None
            for instruction in stage.instructions:
                words = instruction.words
                is_copy = instruction.name in ("COPY", "ADD") and "from" not in instruction.flags
                if is_copy and len(words) > 1 and words[0] in (".", "./"):
                    copied = copied or instruction
                elif (
                    is_copy and copied is None and any("require" in word or "lock" in word for word in words)
                ):
                    # Installing twice is somebody's choice.
                    break
                elif instruction.name == "RUN" and "--only-root" in instruction.value:
                    # The packages are there: what is installed here is the code itself.
                    break
                elif instruction.name == "RUN" and copied and _INSTALL.search(instruction.value):
                    yield Finding(
                        Where(dockerfile.path, copied.line),
                        f"each edit of the code has line {instruction.line} install everything again",
                        "copy the requirements alone and install them, then copy the rest",
                    )
                    break


RULE = Rule("HW503", Severity.WARNING, check)
