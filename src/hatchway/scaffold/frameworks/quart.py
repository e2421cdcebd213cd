"""Quart: applications in Quart, which is Flask for ASGI."""

from hatchway.scaffold.facts import Protocol
from hatchway.scaffold.frameworks import Framework

FRAMEWORK = Framework(
    "Quart",
    Protocol.ASGI,
    makers=("quart.Quart",),
    routers=("quart.Blueprint",),
)
