"""A terminal debugger in a container without a terminal.

## What it finds
A service that runs `python -m pdb`, or whose command has a debugger's prompt, without `stdin_open` and
`tty`.

## Why it breaks
`docker compose up` gives its services no stdin. The prompt reads the end of the file at once and the
program ends, or its output is mixed with that of all others.

## Example
In `compose.yaml`:

    services:
      web:
        image: shop
        command: python -m pdb app.py

## Use instead
`hatchway pdb web -- python app.py` has a prompt of its own. By hand, give it a terminal and `docker
compose attach` to it.
In `compose.yaml`:

    services:
      web:
        image: shop
        command: python -m pdb app.py
        stdin_open: true
        tty: true

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator
from itertools import pairwise

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each command of a compose file."""
    for service in facts.services:
        if not service.node or (service.node["stdin_open"].is_true and service.node["tty"].is_true):
            continue
        for program in service.programs:
            words = program.words
            if any(word in ("pdb", "ipdb", "pudb") and before == "-m" for before, word in pairwise(words)):
                yield Finding(
                    program_place(program),
                    f"`{service.name}` has no terminal for the prompt",
                    f"`hatchway pdb {service.name} -- python ...`, or `stdin_open: true` and `tty: true`",
                )


RULE = Rule("HW410", Severity.WARNING, check)
