"""Functions at the top of a module that are applications by what they take."""

import ast
from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, Place, Protocol, Route
from hatchway.scaffold.frameworks import Found, Framework, body_line


def framework_of_callables(protocol: Protocol, takes: tuple[tuple[str, ...], ...]) -> Framework:
    """Return the framework that is none: functions that have exactly these parameters."""
    is_async = protocol is Protocol.ASGI

    def find(code: Code) -> Iterator[Found]:
        for source in code.sources.values():
            for function, scope in source.functions:
                names = tuple(one.arg for one in function.args.args)
                if not scope and names in takes and isinstance(function, ast.AsyncFunctionDef) is is_async:
                    place = Place(source.file, body_line(function))
                    because = f"{place} is a function that {protocol.upper()} servers can call"
                    yield Found(protocol, protocol, source.file, function.name, place, LIKELY, because)

    def routes(_code: Code, found: Found) -> Iterator[Route]:
        yield Route("/", found.made)

    return Framework(protocol, find=find, routes=routes)
