"""Litestar: applications that are given their handlers, which say their paths themselves."""

import ast
from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place, Protocol, Route
from hatchway.scaffold.frameworks import Found, Framework, body_line, function_of
from hatchway.scaffold.source import Source, argument, keyword


def _routes(code: Code, found: Found) -> Iterator[Route]:
    source = code.sources[found.made.file]
    for call in source.calls:
        if call.node.lineno != found.made.line or call.name not in FRAMEWORK.makers:
            continue
        handlers = argument(call.node, 0, "route_handlers")
        for one in handlers.elts if isinstance(handlers, (ast.List, ast.Tuple)) else []:
            settled = code.settle(source, source.dotted(one))
            inner = code.sources.get(settled[0]) if settled else None
            function = function_of(inner, settled[1]) if inner and settled else None
            if inner and function and (path := _path(inner, function)):
                yield Route(path, Place(inner.file, body_line(function)))


def _path(source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and source.dotted(decorator.func) in _GET:
            given = decorator.args[0] if decorator.args else keyword(decorator, "path")
            path = "/" if given is None else source.text(given)
            return path if path and "{" not in path else None
    return None


_GET = ("litestar.get", "litestar.handlers.get")

FRAMEWORK = Framework(
    Protocol.ASGI,
    makers=("litestar.Litestar", "litestar.app.Litestar"),
    routes=_routes,
)
