"""A password that is written into a file everybody gets.

## What it finds
A value for a variable whose name says password, secret, token or key, in a Dockerfile or a compose file.

## Why it breaks
It is in the history of the repository for good, and in each layer of the image: `docker history` prints
it.

## Example
In `compose.yaml`:

    services:
      db:
        image: postgres:16
        environment: {POSTGRES_PASSWORD: hunter2}

## Use instead
Take it from the environment of whoever starts it, or from a secret.
In `compose.yaml`:

    services:
      db:
        image: postgres:16
        environment: {POSTGRES_PASSWORD: "${POSTGRES_PASSWORD:?}"}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.formats.dockerfile import Instruction

_NAMED = re.compile(
    r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY|LICENSE_KEY", re.IGNORECASE
)
_NOT_NAMED = re.compile(
    r"_(FILE|PATH|URL|NAME|ID|TTL|EXPIR\w*|LENGTH|LIFETIME|ALGORITHM)$|ALLOW_EMPTY|^DISABLE", re.IGNORECASE
)
_FILE = re.compile(r"/|true$|false$|yes$|no$|\d$|none$", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every variable that is given a value."""
    hint = "take it from the environment, or from a secret"
    for service in facts.services:
        node = service.node["environment"]
        told = [(key.text, value) for key, value in node.entries]
        told += [(item.text.partition("=")[0], item) for item in node.items]
        for name, value in told:
            text = value.text.partition("=")[2] if value.text.startswith(f"{name}=") else value.text
            if _is_secret(name, text):
                yield Finding(Where.of(value), f"the value of {name} is for everybody to read", hint)
    for dockerfile in facts.dockerfiles:
        for instruction in dockerfile.parsed.instructions:
            if instruction.name in ("ENV", "ARG"):
                for name, text in _pairs(instruction):
                    if _is_secret(name, text):
                        place = Where(dockerfile.path, instruction.line)
                        yield Finding(place, f"the value of {name} is in each layer of the image", hint)


def _pairs(instruction: Instruction) -> Iterator[tuple[str, str]]:
    words = instruction.words
    if instruction.name == "ENV" and words and "=" not in words[0]:
        yield words[0], " ".join(words[1:])
        return
    for word in words:
        name, _, value = word.partition("=")
        yield name, value


def _is_secret(name: str, text: str) -> bool:
    is_named = _NAMED.search(name) and not _NOT_NAMED.search(name)
    return bool(is_named) and bool(text) and "$" not in text and not _FILE.match(text)


RULE = Rule("HW407", Severity.WARNING, check)
