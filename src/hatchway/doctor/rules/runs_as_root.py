"""An image whose application runs as root.

## What it finds
A Dockerfile for Python whose last stage never says `USER`, or ends with `USER root`.

## Why it breaks
Whoever gets into the application is root in its container: it may write every file that is mounted there, as
root of this machine too, and a hole in the kernel is a way out.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "app:app"]

## Use instead
In `Dockerfile`:

    FROM python:3.13-slim
    RUN useradd --system --create-home app
    USER app
    CMD ["gunicorn", "app:app"]

## Fix safety
There is no fix to apply: files that the application writes may belong to root.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Dockerfile, Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the last stage of each Dockerfile."""
    for dockerfile in facts.dockerfiles:
        stage = dockerfile.stage("")
        if stage is None or not dockerfile.is_python or _is_given(facts, dockerfile):
            continue
        base = facts.images.get(dockerfile.image(stage))
        user = dockerfile.last(stage, "USER")
        if user is None and base is not None and not base.is_roots:
            continue
        started = [one for name in ("CMD", "ENTRYPOINT") if (one := dockerfile.last(stage, name))]
        if user is not None and user.value.partition(":")[0] not in ("root", "0"):
            continue
        # A program such as supervisord may go on as another user by itself; gosu in a script, too.
        said = " ".join(word for one in started for word in one.words)
        if not started or any(word in said for word in ("supervisord", "entrypoint")):
            continue
        line = user.line if user else started[0].line
        yield Finding(
            Where(dockerfile.path, line),
            "the application runs as root",
            "add a user and say `USER` before this line",
        )


def _is_given(facts: Facts, dockerfile: Dockerfile) -> bool:
    """Tell whether the compose files give a user to everything that is built from it."""
    built = [service for service in facts.services if service.dockerfile == dockerfile and service.node]
    return bool(built) and all(service.node["user"] for service in built)


RULE = Rule("HW406", Severity.WARNING, check)
