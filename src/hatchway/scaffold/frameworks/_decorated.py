"""Routes that are decorators: `@app.get("/")`, `@blueprint.route("/", methods=["GET"])`."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place, Route
from hatchway.scaffold.frameworks import Found, Framework, body_line
from hatchway.scaffold.source import Call, Source, argument, keyword

_VERBS = ("get", "route", "api_route")
_TAKES_IN = ("register_blueprint", "include_router", "blueprint")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class _Router:
    """A router by the file and the name that it has there."""

    file: str
    name: str


def decorated_routes(code: Code, found: Found, framework: Framework) -> Iterator[Route]:
    """Yield what an application and the routers that it takes in answer to a plain GET."""
    prefixes = _prefixes(code, framework)
    for source in code.sources.values():
        for function, scope in source.functions:
            for decorator in function.decorator_list:
                path = _path(source, decorator)
                if path is None or not isinstance(decorator, ast.Call):
                    continue
                owner = decorator.func.value if isinstance(decorator.func, ast.Attribute) else None
                dotted = source.dotted(owner)
                made = code.settle(source, dotted) if dotted else None
                prefix = _prefix_of(code, made, found, prefixes, is_inner=bool(scope))
                if prefix is not None and (whole := _whole(prefix, path)) is not None:
                    yield Route(whole, Place(source.file, body_line(function)))


def _path(source: Source, decorator: ast.expr) -> str | None:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return None
    if decorator.func.attr not in _VERBS:
        return None
    methods = keyword(decorator, "methods")
    if isinstance(methods, (ast.List, ast.Tuple, ast.Set)):
        names = [one.value for one in methods.elts if isinstance(one, ast.Constant)]
        if "GET" not in names:
            return None
    return source.text(argument(decorator, 0, "rule", "path", "uri"))


def _whole(prefix: str, path: str) -> str | None:
    whole = f"{prefix.rstrip('/')}/{path.lstrip('/')}" if path or not prefix else prefix
    return None if any(mark in whole for mark in "<{") else whole or "/"


def _prefix_of(
    code: Code, made: tuple[str, str] | None, found: Found, prefixes: dict[_Router, str], *, is_inner: bool
) -> str | None:
    """Return the prefix of a decorator's owner; None if it is no part of this application."""
    if made is None:
        return None
    router = _Router(*made)
    if router in prefixes:
        return prefixes[router]
    if made[0] == found.made.file and (
        is_inner or made[1] == found.attribute or _is_made_as(code, made, found)
    ):
        return ""
    return None


def _is_made_as(code: Code, made: tuple[str, str], found: Found) -> bool:
    source = code.sources.get(made[0])
    return source is not None and any(
        call.target == made[1] and call.node.lineno == found.made.line for call in source.calls
    )


def _prefixes(code: Code, framework: Framework) -> dict[_Router, str]:
    """Return each router that something takes in, with its whole prefix."""
    own: dict[_Router, str] = {}
    for source in code.sources.values():
        for call in source.calls:
            if call.target and call.name in framework.routers:
                prefix = source.text(keyword(call.node, "url_prefix", "prefix")) or ""
                own[_Router(source.file, call.target)] = prefix
    taken: dict[_Router, tuple[_Router | None, str]] = {}
    for source in code.sources.values():
        for call in source.calls:
            _take_in(code, source, call, own, taken)
    joined = {router: _joined(router, own, taken, _DEEPEST) for router in taken}
    return {router: prefix for router, prefix in joined.items() if prefix is not None}


def _take_in(
    code: Code,
    source: Source,
    call: Call,
    own: dict[_Router, str],
    taken: dict[_Router, tuple[_Router | None, str]],
) -> None:
    function = call.node.func
    if not isinstance(function, ast.Attribute) or function.attr not in _TAKES_IN or not call.node.args:
        return
    made = code.settle(source, source.dotted(call.node.args[0]))
    if made is None or _Router(*made) not in own:
        return
    given = keyword(call.node, "url_prefix", "prefix")
    text = source.text(given)
    outer = code.settle(source, source.dotted(function.value))
    parent = _Router(*outer) if outer and _Router(*outer) in own else None
    is_known = given is None or text is not None
    # Flask's prefix at the registration takes the place of the blueprint's own; FastAPI's goes before it.
    replaces = function.attr == "register_blueprint" and bool(text)
    prefix = (text or "") if replaces else (text or "") + own[_Router(*made)]
    if is_known:
        taken[_Router(*made)] = parent, prefix


def _joined(
    router: _Router,
    own: dict[_Router, str],
    taken: dict[_Router, tuple[_Router | None, str]],
    depth: int,
) -> str | None:
    parent, prefix = taken[router]
    if parent is None:
        return prefix
    if parent not in taken or not depth:
        return None
    above = _joined(parent, own, taken, depth - 1)
    return None if above is None else above + prefix
