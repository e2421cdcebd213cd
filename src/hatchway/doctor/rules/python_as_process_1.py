"""Python alone as process 1.

## What it finds
A script of Python as the command of an image, or of a service that is to stay, without an init in front of
it.

## Why it breaks
The kernel ignores SIGTERM for process 1 unless the program handles it, and plain Python does not: `docker
stop` takes ten seconds and ends with exit code 137. Children that end are not collected either.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    ENTRYPOINT ["python"]
    CMD ["app.py"]

## Use instead
`init: true` in the compose file puts one in front; a server such as gunicorn handles the signal.
In `Dockerfile`:

    FROM python:3.13-slim
    ENTRYPOINT ["python"]
    CMD ["app.py"]

In `compose.yaml`:

    services:
      web: {build: ., init: true}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each service's own command."""
    for service in facts.services:
        program = service.programs[0] if service.programs else None
        is_told = service.node["init"].is_true or service.node["profiles"] or service.is_development
        # A job ends by itself.
        stays = not service.node or service.node["ports"] or service.node["restart"]
        if program is None or is_told or not stays:
            continue
        words = program.words
        is_python = bool(re.fullmatch(r"(.*/)?python[0-9.]*", words[0])) and not program.is_shell
        plain = [word for word in words[1:] if not word.startswith("-")]
        is_script = (
            is_python
            and plain[:1]
            and plain[0].endswith(".py")
            and "-m" not in words[: words.index(plain[0])]
        )
        if is_script and not any(one.server != "werkzeug" for one in service.serving):
            yield Finding(
                program_place(program),
                f"`{service.name}` does not hear the signal to end, and takes ten seconds",
                "say `init: true` in the compose file",
            )


RULE = Rule("HW509", Severity.NOTE, check)
