"""Ports that are written in the code: `app.run(port=5001)`, `uvicorn.run(app, port=8000)`."""

import ast

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, Match, Place, Port
from hatchway.scaffold.servers import PORTS
from hatchway.scaffold.source import Source, argument, keyword

_RUNS = (
    "run",
    "run_server",
    "serve",
    "run_app",
    "WSGIServer",
    "HTTPServer",
    "ThreadingHTTPServer",
    "make_server",
    "listen",
)
_ADDRESSES = ("HTTPServer", "ThreadingHTTPServer", "WSGIServer")


def port_of(code: Code, file: str) -> Port | None:
    """Return the port that a file listens on when it is run."""
    source = code.sources.get(file)
    if source is None:
        return None
    for call in source.calls:
        name = source.dotted(call.node.func).rpartition(".")[2]
        if name not in _RUNS:
            continue
        given = keyword(call.node, "port")
        if given is None and name in _ADDRESSES and call.node.args:
            address = call.node.args[0]
            given = address.elts[1] if isinstance(address, ast.Tuple) and len(address.elts) == 2 else None  # noqa: PLR2004
        if given is None and name in ("run", "make_server"):
            given = argument(call.node, 1, "port")
        if given is not None and (number := _number(source, given)) is not None:
            place = Place(file, call.node.lineno)
            return Port(number, Match(LIKELY, f"{place} listens on it"))
    return None


def _number(source: Source, node: ast.expr, depth: int = 5) -> int | None:  # noqa: PLR0911 - one for each form
    """Return a number, also of `int(os.environ.get("PORT", "8000"))`."""
    match node:
        case ast.Constant(value=int() as number) if number is not True and 0 < number < PORTS:
            return number
        case ast.Constant(value=str() as text) if text.isdecimal() and 0 < int(text) < PORTS:
            return int(text)
        case ast.Call(func=ast.Name(id="int"), args=[one, *_]) if depth:
            return _number(source, one, depth - 1)
        case ast.Call(args=[_, one, *_]) if depth and source.dotted(node.func) in (
            "os.environ.get",
            "os.getenv",
        ):
            return _number(source, one, depth - 1)
        case ast.BoolOp(values=[*_, last]) if depth:
            return _number(source, last, depth - 1)
        case ast.Name() if depth and node.id in source.values:
            return _number(source, source.values[node.id], depth - 1)
        case _:
            return None
