"""Dash: applications round a Flask, which is what a server is to be given."""

import ast
from collections.abc import Iterator
from dataclasses import replace

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Protocol, Route
from hatchway.scaffold.frameworks import Found, Framework
from hatchway.scaffold.frameworks._making import find_made


def _find(code: Code) -> Iterator[Found]:
    for found in find_made(code, "dash", _MAKING):
        if found.is_factory:
            yield found
            continue
        source = code.sources[found.file]
        server = next(
            (name for name, value in source.values.items() if _is_server_of(value, found.attribute)), ""
        )
        if server:
            because = f"{found.because}, `{server} = {found.attribute}.server`"
            yield replace(found, protocol=Protocol.WSGI, attribute=server, because=because)
        else:
            yield replace(found, attribute=f"{found.attribute}.server", protocol=Protocol.WSGI)


def _is_server_of(value: ast.expr, name: str) -> bool:
    return (
        isinstance(value, ast.Attribute)
        and value.attr == "server"
        and isinstance(value.value, ast.Name)
        and value.value.id == name
    )


def _routes(_code: Code, found: Found) -> Iterator[Route]:
    yield Route("/", found.made)


_MAKING = Framework(Protocol.WSGI, makers=("dash.Dash", "dash.dash.Dash", "dash_extensions.enrich.DashProxy"))

FRAMEWORK = Framework(Protocol.WSGI, find=_find, routes=_routes, port=8050)
