"""A mounted folder that hides what the image has installed.

## What it finds
A bind mount over a folder in which the image has its virtual environment.

## Why it breaks
What is mounted covers what was there. The packages are gone, or those of this machine are in their place,
for another system: "No module named flask".

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    WORKDIR /app
    ENV PATH=/app/.venv/bin:$PATH
    RUN python -m venv /app/.venv

In `compose.yaml`:

    services:
      web:
        build: .
        volumes: [".:/app"]

## Use instead
A volume of its own keeps the environment.
In `Dockerfile`:

    FROM python:3.13-slim
    WORKDIR /app
    ENV PATH=/app/.venv/bin:$PATH
    RUN python -m venv /app/.venv

In `compose.yaml`:

    services:
      web:
        build: .
        volumes: [".:/app", "/app/.venv"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.formats.tree import Node

_ENVIRONMENT = re.compile(r"(/[\w./-]*/\.?v?env\b)")


def check(facts: Facts) -> Iterator[Finding]:
    """Compare the volumes of each service with the environment of its image."""
    for service in facts.services:
        if service.dockerfile is None or service.stage is None:
            continue
        said = " ".join(
            instruction.value
            for stage in service.dockerfile.line_up(service.stage)
            for instruction in stage.instructions
            if instruction.name in ("ENV", "RUN", "COPY")
        )
        folders = {found.rstrip("/") for found in _ENVIRONMENT.findall(said)}
        if re.search(r"\b(uv sync|poetry install)\b", said) and "UV_PROJECT_ENVIRONMENT" not in said:
            is_inside = (
                "uv sync" in said or "POETRY_VIRTUALENVS_IN_PROJECT" in said or "in-project true" in said
            )
            work = service.dockerfile.last(service.stage, "WORKDIR")
            folders |= {f"{work.value.rstrip('/')}/.venv"} if work and is_inside else set()
        volumes = [(item, *_parts(item)) for item in service.node["volumes"].children()]
        kept = {target for _, _, target in volumes}
        for item, source, target in volumes:
            hidden = [one for one in folders if one.startswith(f"{target}/") and one not in kept]
            if source.startswith((".", "/", "~", "$")) and hidden and target not in ("", "/"):
                message = f"this hides {hidden[0]}, where the packages of `{service.name}` are"
                yield Finding(Where.of(item), message, f'add a volume "{hidden[0]}"')


def _parts(item: Node) -> tuple[str, str]:
    """Return source and target of a volume."""
    if item.entries:
        return item["source"].text, item["target"].text.rstrip("/")
    first, colon, rest = item.text.partition(":")
    return (first, rest.partition(":")[0].rstrip("/")) if colon else ("", first.rstrip("/"))


RULE = Rule("HW607", Severity.ERROR, check)
