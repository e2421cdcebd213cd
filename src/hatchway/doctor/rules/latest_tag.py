"""An image without a version.

## What it finds
A base image, or the image of a service, that is called `latest` or has no tag at all.

## Why it breaks
What runs depends on the day of the last pull: two machines run two versions, and a new main version of a
database may not read what the old one wrote.

## Example
In `compose.yaml`:

    services:
      redis:
        image: redis:latest

## Use instead
In `compose.yaml`:

    services:
      redis:
        image: redis:7

## Fix safety
There is no fix to apply: which version is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.images import read_image
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at each base image, and at each image that is not built here."""
    images = []
    for dockerfile in facts.dockerfiles:
        names = {stage.name for stage in dockerfile.parsed.stages}
        images += [
            (stage.image, Where(dockerfile.path, stage.line))
            for stage in dockerfile.parsed.stages
            if stage.image not in names and not stage.image.isdecimal()
        ]
    built = {one.node["image"].text for one in facts.services if one.node["build"]}
    for service in facts.services:
        node = service.node["image"]
        if node and not service.node["build"] and node.text not in built:
            images.append((service.image, Where.of(node)))
    for text, place in images:
        image = read_image(text)
        # A name without a repository's owner and a version is one of Docker's own; others may be built here.
        if image and not image.digest and image.tag in ("", "latest") and (image.tag or "/" not in text):
            yield Finding(place, f"which {image.name} this is depends on the day", "name a version")


RULE = Rule("HW504", Severity.WARNING, check)
