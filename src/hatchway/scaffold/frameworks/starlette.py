"""Starlette: applications whose routes are a list of `Route(path, endpoint)`."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place, Protocol, Route
from hatchway.scaffold.frameworks import Found, Framework, body_line, function_of
from hatchway.scaffold.source import argument, keyword


def _routes(code: Code, found: Found) -> Iterator[Route]:
    source = code.sources[found.made.file]
    for call in source.calls:
        if call.name != "starlette.routing.Route":
            continue
        path = source.text(argument(call.node, 0, "path"))
        settled = code.settle(source, source.dotted(argument(call.node, 1, "endpoint")))
        inner = code.sources.get(settled[0]) if settled else None
        function = function_of(inner, settled[1]) if inner and settled else None
        is_parameter = path is None or "{" in path
        if not is_parameter and path and function and inner and keyword(call.node, "methods") is None:
            yield Route(path, Place(inner.file, body_line(function)))


FRAMEWORK = Framework(
    Protocol.ASGI,
    makers=("starlette.applications.Starlette",),
    routes=_routes,
)
