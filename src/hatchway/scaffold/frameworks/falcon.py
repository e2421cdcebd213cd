"""Falcon: applications whose routes are resources, objects with a method per verb."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place, Protocol, Route
from hatchway.scaffold.frameworks import Found, Framework, body_line
from hatchway.scaffold.frameworks._making import find_made
from hatchway.scaffold.source import Source, argument


def _find(code: Code) -> Iterator[Found]:
    yield from find_made(code, "falcon", _WSGI)
    for found in find_made(code, "falcon", _ASGI):
        yield replace(found, protocol=Protocol.ASGI)


def _routes(code: Code, found: Found) -> Iterator[Route]:
    source = code.sources[found.made.file]
    for call in source.calls:
        if not isinstance(call.node.func, ast.Attribute) or call.node.func.attr != "add_route":
            continue
        path = source.text(argument(call.node, 0, "uri_template"))
        resource = argument(call.node, 1, "resource")
        if isinstance(resource, ast.Name) and resource.id in source.values:
            resource = source.values[resource.id]
        settled = (
            code.settle(source, source.dotted(resource.func)) if isinstance(resource, ast.Call) else None
        )
        inner = code.sources.get(settled[0]) if settled else None
        if not path or "{" in path or inner is None or settled is None:
            continue
        if (line := _line_of_get(inner, settled[1])) is not None:
            yield Route(path, Place(inner.file, line))


def _line_of_get(source: Source, name: str) -> int | None:
    for function, scope in source.functions:
        owner = scope[-1] if scope else None
        if function.name == "on_get" and isinstance(owner, ast.ClassDef) and owner.name == name:
            return body_line(function)
    return None


_WSGI = Framework(Protocol.WSGI, makers=("falcon.App", "falcon.API", "falcon.app.App"))
_ASGI = Framework(Protocol.ASGI, makers=("falcon.asgi.App",))

FRAMEWORK = Framework(Protocol.WSGI, find=_find, routes=_routes)
