"""Quart: applications in Quart, which is Flask for ASGI."""

from hatchway.scaffold.facts import Protocol
from hatchway.scaffold.frameworks import Framework

FRAMEWORK = Framework(
    Protocol.ASGI,
    makers=("quart.Quart",),
    routers=("quart.Blueprint",),
)
