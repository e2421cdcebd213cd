"""Flask: applications in Flask and in what is built on it."""

from hatchway.scaffold.facts import Protocol
from hatchway.scaffold.frameworks import Framework

FRAMEWORK = Framework(
    Protocol.WSGI,
    makers=(
        "flask.Flask",
        "apiflask.APIFlask",
        "flask_openapi3.OpenAPI",
        "flask_appbuilder.Flask",
    ),
    routers=(
        "flask.Blueprint",
        "apiflask.APIBlueprint",
        "flask_smorest.Blueprint",
    ),
)
