"""Instructions for the Compose that is no more.

## What it finds
`docker-compose up` and the like in a README, a Makefile, a script, a pipeline or a task of VS Code.

## Why it breaks
The first Compose was a program of its own, written in Python, and has had no release since 2023. It is not
installed with Docker, and it does not know half of what compose files say today.

## Example
In `README.md`:

    docker-compose up --build

## Use instead
In `README.md`:

    docker compose up --build

## Fix safety
Safe: every command and option of the old one is known to the new one.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Edit, Finding, Rule, Severity, Where

_VERBS = "up|down|build|run|exec|logs|ps|pull|push|start|stop|restart|rm|config|kill|create"
_COMMAND = re.compile(rf"\bdocker-compose(?=\s+(-\S+(?:[ =]\S+)?\s+)*({_VERBS})\b)")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every text that tells people what to type."""
    for path, lines in facts.texts.items():
        if path.endswith(".py"):
            continue
        for number, line in enumerate(lines, start=1):
            if found := _COMMAND.search(line):
                edit = Edit(path, number, number, (_COMMAND.sub("docker compose", line),), (line,))
                yield Finding(
                    Where(path, number, found.start() + 1),
                    "Compose is a command of Docker by now",
                    "write `docker compose`",
                    edit,
                )


RULE = Rule("HW801", Severity.NOTE, check)
