"""What was downloaded stays in the image.

## What it finds
`pip install` without `--no-cache-dir`, or `apt-get update` whose lists are not removed in the same `RUN`.

## Why it breaks
A layer keeps what its instruction leaves behind, whatever later ones remove. pip's cache doubles what is
installed, and apt's lists are some 20 MB.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    RUN pip install flask

## Use instead
Leave nothing behind, or keep it in a cache mount, which is no layer.
In `Dockerfile`:

    FROM python:3.13-slim
    RUN pip install --no-cache-dir flask
    RUN --mount=type=cache,target=/root/.cache pip install redis

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import re
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each RUN of the stages that are in the final image."""
    for dockerfile in facts.dockerfiles:
        final = dockerfile.stage("")
        for stage in dockerfile.line_up(final) if final else ():
            settings = " ".join(one.value for one in stage.instructions if one.name in ("ENV", "ARG"))
            for instruction in stage.instructions:
                text = " ".join([instruction.value, *instruction.heredocs])
                if instruction.name != "RUN" or "type=cache" in instruction.flags.get("mount", ""):
                    continue
                place = Where(dockerfile.path, instruction.line)
                is_cached = "no-cache" in text or "PIP_NO_CACHE_DIR" in settings or ".cache" in text
                if re.search(r"\bpip3? install\b", text) and not is_cached:
                    yield Finding(place, "pip's cache stays in this layer", "say `--no-cache-dir`")
                if re.search(r"\bapt(-get)? update\b", text) and "/var/lib/apt/lists" not in text:
                    hint = "end the line with `&& rm -rf /var/lib/apt/lists/*`"
                    yield Finding(place, "the lists of packages stay in this layer", hint)


RULE = Rule("HW506", Severity.NOTE, check)
