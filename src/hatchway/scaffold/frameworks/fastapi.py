"""FastAPI: applications in FastAPI."""

from hatchway.scaffold.facts import Protocol
from hatchway.scaffold.frameworks import Framework

FRAMEWORK = Framework(
    Protocol.ASGI,
    makers=(
        "fastapi.FastAPI",
        "fastapi.applications.FastAPI",
    ),
    routers=(
        "fastapi.APIRouter",
        "fastapi.routing.APIRouter",
    ),
)
