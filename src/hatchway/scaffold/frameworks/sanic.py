"""Sanic: applications in Sanic, which brings its own server."""

from hatchway.scaffold.facts import Protocol
from hatchway.scaffold.frameworks import Framework

FRAMEWORK = Framework(
    Protocol.OWN,
    makers=("sanic.Sanic",),
    routers=("sanic.Blueprint",),
)
