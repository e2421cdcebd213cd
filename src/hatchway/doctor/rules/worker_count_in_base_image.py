"""A number of workers that only the base image knows.

## What it finds
A service on one of the images that start a server by themselves, of the family `tiangolo/uwsgi-nginx` or
`tiangolo/uvicorn-gunicorn`, which does not say how many workers it is to have.

## Why it breaks
The image has its own number, 16 processes of uWSGI or one for each processor. What is debugged with one
worker runs with many in production, and no file of the project tells the two apart.

## Example
In `Dockerfile`:

    FROM tiangolo/uwsgi-nginx-flask:python3.13
    COPY app /app

## Use instead
In `Dockerfile`:

    FROM tiangolo/uwsgi-nginx-flask:python3.13
    ENV UWSGI_PROCESSES=4 UWSGI_CHEAPER=2
    COPY app /app

## Fix safety
There is no fix to apply: which number is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.images import Image, read_image
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_FAMILIES = {
    "tiangolo/uwsgi-nginx": (("UWSGI_PROCESSES",), "UWSGI_PROCESSES, 16 unless that is set"),
    "tiangolo/uvicorn-gunicorn": (
        ("WEB_CONCURRENCY", "MAX_WORKERS"),
        "WEB_CONCURRENCY, one for each processor unless that is set",
    ),
    "tiangolo/meinheld-gunicorn": (
        ("WEB_CONCURRENCY",),
        "WEB_CONCURRENCY, two for each processor unless that is set",
    ),
}
"""By how their names begin: variables that say the number, and what the image does without."""


def check(facts: Facts) -> Iterator[Finding]:
    """Look at the image that each service begins with."""
    composed = {one.dockerfile.path for one in facts.services if one.node and one.dockerfile}
    for service in facts.services:
        if service.stack in composed:
            continue  # what a compose file adds to the Dockerfile is not known of it alone
        repository = (read_image(service.image) or Image("")).repository
        for family, (variables, what) in _FAMILIES.items():
            is_said = any(service.environ.get(variable) for variable in variables)
            if f"/{family}" in f"/{repository}" and not is_said:
                yield Finding(
                    Where(service.dockerfile.path, service.stage.line)
                    if service.dockerfile and service.stage
                    else Where.of(service.node["image"]),
                    f"how many workers `{service.name}` has is a variable of this image: {what}",
                    f"say it in a file of yours: `{variables[0]}`, for development and for production",
                )


RULE = Rule("HW511", Severity.NOTE, check)
