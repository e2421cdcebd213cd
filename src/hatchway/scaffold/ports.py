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
    """Return the port that a file listens on when it is run, or a program that runs what it makes."""
    for source in code.sources.values():
        is_own = source.file == file
        if (is_own or _runs(code, source, file)) and (found := _port_in(source)) is not None:
            return found
    return None


def _runs(code: Code, source: Source, file: str) -> bool:
    """Tell whether a program runs what this file makes: `uvicorn.run(app)`, `serve("shop.web:app")`."""
    for call in source.calls:
        if call.name.rpartition(".")[2] not in _RUNS or not call.node.args:
            continue
        first = call.node.args[0]
        text = source.text(first)
        dotted = text.partition(":")[0] if text and ":" in text else source.dotted(first)
        settled = code.settle(source, dotted) if dotted else None
        if settled is not None and settled[0] == file:
            return True
    return False


def _port_in(source: Source) -> Port | None:
    for call in source.calls:
        name = call.name.rpartition(".")[2]
        if name not in _RUNS:
            continue
        given = keyword(call.node, "port")
        if given is None and name in _ADDRESSES and call.node.args:
            address = call.node.args[0]
            given = address.elts[1] if isinstance(address, ast.Tuple) and len(address.elts) == 2 else None  # noqa: PLR2004
        if given is None and name in ("run", "make_server"):
            given = argument(call.node, 1, "port")
        if given is not None and (number := _number(source, given)) is not None:
            place = Place(source.file, call.node.lineno)
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
