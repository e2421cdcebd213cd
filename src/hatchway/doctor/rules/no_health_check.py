"""A server whose health nobody can ask for.

## What it finds
An image that starts an app server, without `HEALTHCHECK`, in a service without `healthcheck`.

## Why it breaks
Others cannot wait until it is ready (`condition: service_healthy`), and a server that hangs is called
running.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    CMD ["gunicorn", "app:app"]

## Use instead
Ask the application for something cheap.
In `Dockerfile`:

    FROM python:3.13-slim
    HEALTHCHECK CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/')"]
    CMD ["gunicorn", "app:app"]

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import program_place
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each service that serves."""
    for service in facts.services:
        serves = [one for one in service.serving if one.server != "celery"]
        is_published = bool(service.node["ports"]) and service.is_python
        if (
            not (serves or is_published)
            or service.node["healthcheck"]
            or service.is_development
            or service.node["profiles"]
            or (service.image in facts.images and facts.images[service.image].has_health_check)
        ):
            continue
        # What an image from elsewhere says is not known.
        dockerfile, stage = service.dockerfile, service.stage
        if dockerfile and stage and dockerfile.last(stage, "HEALTHCHECK") is None:
            program = serves[0].program if serves else next(iter(service.programs), None)
            place = program_place(program) if program else Where(dockerfile.path)
            message = f"whether `{service.name}` serves is not known to anybody"
            yield Finding(place, message, "add a health check")


RULE = Rule("HW510", Severity.NOTE, check)
