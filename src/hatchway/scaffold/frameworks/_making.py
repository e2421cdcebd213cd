"""Applications that are made by a call: as an object at the top of a module, or in a factory."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, SURE, Place, Protocol
from hatchway.scaffold.frameworks import Found, Framework
from hatchway.scaffold.source import Call, Function, Source

_ROUNDS = 4
_WRAPPERS = ("Middleware", "ProxyFix", "WSGIApp", "ASGIApp", "SharedDataMiddleware")
_TURNED = {"WsgiToAsgi": Protocol.ASGI, "WSGIMiddleware": Protocol.ASGI, "ASGIMiddleware": Protocol.WSGI}
_OF_FACTORY = 80
_OF_ARGUMENTS = 40
_SHORT = ("App", "API", "Dash")
"""Names that say nothing of a framework."""
_VERBS = ("get", "post", "put", "delete", "patch", "route", "websocket")


def find_made(code: Code, name: str, framework: Framework) -> Iterator[Found]:
    """Yield every name by which an application of this framework can be reached."""
    making = _Making(code, name, framework)
    making.start()
    for _ in range(_ROUNDS):
        if not making.go_on():
            break
    yield from making.found.values()


@dataclass
class _Making:
    """Follows an application from where it is made to the names it gets."""

    code: Code
    name: str
    framework: Framework

    def __post_init__(self) -> None:
        self.found: dict[tuple[str, str], Found] = {}

    def start(self) -> None:
        """Find the calls that make an application."""
        makers = self._subclasses()
        for source in self.code.sources.values():
            for call in source.calls:
                dotted = call.name
                is_made = dotted in self.framework.makers
                if not is_made and makers and dotted:
                    is_made = self.code.settle(source, dotted) in makers
                if is_made or self._is_made_by_relative(source, call, dotted):
                    self._take(source, call, dotted.rpartition(".")[2])

    def go_on(self) -> bool:
        """Find what has been given an application, or makes one by calling a factory; False: nothing more."""
        before = len(self.found)
        if not before:
            return False
        for source in self.code.sources.values():
            for call in source.calls:
                self._take_call_of_factory(source, call)
                self._take_wrapper(source, call)
            self._take_handed_on(source)
        return len(self.found) > before

    def _names(self) -> set[str]:
        """Return the names of the factories that are known: nothing else is worth a look."""
        return {name for (_, name), one in self.found.items() if one.is_factory}

    def _is_made_by_relative(self, source: Source, call: Call, dotted: str) -> bool:
        """Tell whether this calls a subclass of somebody else's: `FastAPIOffline()`, with routes below it."""
        if not call.target or call.scope or not dotted:
            return False
        kind = dotted.rpartition(".")[2]
        titles = [one for maker in self.framework.makers if (one := maker.rpartition(".")[2]) not in _SHORT]
        if (
            dotted not in source.names.values()
            or not any(title in kind for title in titles)
            or kind in titles
        ):
            return False
        return any(
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and isinstance(decorator.func.value, ast.Name)
            and (decorator.func.value.id, decorator.func.attr in _VERBS) == (call.target, True)
            for function, _ in source.functions
            for decorator in function.decorator_list
        )

    def _subclasses(self) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for _ in range(2):
            for source in self.code.sources.values():
                for name, node in source.classes.items():
                    bases = {source.dotted(base) for base in node.bases} - {""}
                    if bases.intersection(self.framework.makers) or any(
                        self.code.settle(source, base) in found for base in bases if found
                    ):
                        found.add((source.file, name))
        return found

    def _take(self, source: Source, call: Call, shown: str) -> None:
        made = Place(source.file, call.node.lineno)
        because = f"{made} makes {shown}(...)"
        if not call.scope:
            if call.target and not call.is_main:
                self._add(source, call.target, SURE, because, made)
            return
        function = _outer_function(call)
        if function is not None and _returns(function, call):
            self._add_factory(source, function, because, made)
        elif function is not None and _is_global(function, call.target):
            self._add(source, call.target, LIKELY, because, made)

    def _take_call_of_factory(self, source: Source, call: Call) -> None:
        dotted = call.name
        if dotted.rpartition(".")[2] not in self._names():
            return
        settled = self.code.settle(source, dotted)
        factory = self.found.get(settled) if settled else None
        if factory is None or not factory.is_factory:
            return
        place = Place(source.file, call.node.lineno)
        because = f"{factory.because}, {place} calls {factory.attribute}()"
        if not call.scope and call.target and not call.is_main:
            self._add(source, call.target, SURE, because, factory)
        elif (function := _outer_function(call)) is not None and _returns(function, call):
            self._add_factory(source, function, because, factory)

    def _take_wrapper(self, source: Source, call: Call) -> None:
        kind = call.name.rpartition(".")[2]
        if (
            call.scope
            or not call.target
            or call.is_main
            or (not kind.endswith(_WRAPPERS) and kind not in _TURNED)
        ):
            return
        for given in [*call.node.args, *(one.value for one in call.node.keywords)]:
            inner = self.found.get((source.file, given.id)) if isinstance(given, ast.Name) else None
            if inner is not None and not inner.is_factory:
                because = f"{inner.because}, {source.file}:{call.node.lineno} wraps it in {kind}"
                turned = replace(inner, protocol=_TURNED.get(kind, inner.protocol))
                self._add(source, call.target, inner.score, because, turned)

    def _take_handed_on(self, source: Source) -> None:
        """Take `from shop import app` in a file whose name says that servers take it from there."""
        if source.file.rpartition("/")[2] not in ("wsgi.py", "asgi.py"):
            return
        for local, dotted in source.names.items():
            settled = self.code.settle(source, dotted)
            inner = self.found.get(settled) if settled else None
            if inner is not None and not inner.is_factory:
                because = f"{inner.because}, {source.file} hands it on"
                self._add(source, local, inner.score, because, inner)

    def _add(self, source: Source, name: str, score: int, because: str, like: Found | Place) -> None:
        """Add a name for an application: of one that is known, or made here."""
        protocol, made = self._taken_over(like)
        self.found.setdefault(
            (source.file, name), Found(self.name, protocol, source.file, name, made, score, because)
        )

    def _taken_over(self, like: Found | Place) -> tuple[Protocol, Place]:
        return (self.framework.protocol, like) if isinstance(like, Place) else (like.protocol, like.made)

    def _add_factory(self, source: Source, function: Function, because: str, like: Found | Place) -> None:
        if isinstance(function, ast.AsyncFunctionDef):
            return
        arguments = _required(function)
        score = _OF_FACTORY - _OF_ARGUMENTS * bool(arguments)
        told = f"{because} in {function.name}()" if isinstance(like, Place) else because
        protocol, made = self._taken_over(like)
        self.found.setdefault(
            (source.file, function.name),
            Found(
                self.name,
                protocol,
                source.file,
                function.name,
                made,
                score,
                told,
                is_factory=True,
                arguments=arguments,
            ),
        )


def _outer_function(call: Call) -> Function | None:
    """Return the function at the top of the module that a call stands in, if nothing else is around it."""
    if len(call.scope) != 1 or not isinstance(call.scope[0], (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    return call.scope[0]


def _returns(function: Function, call: Call) -> bool:
    for node in ast.walk(function):
        value = node.value if isinstance(node, ast.Return) else None
        if isinstance(value, ast.Await):
            value = value.value
        if value is call.node or (call.target and isinstance(value, ast.Name) and value.id == call.target):
            return True
        # `return ProxyFix(app)`
        if isinstance(value, ast.Call) and any(
            one is call.node or (isinstance(one, ast.Name) and one.id == call.target) for one in value.args
        ):
            return bool(call.target) or value.args[0] is call.node
    return False


def _is_global(function: Function, name: str) -> bool:
    return bool(name) and any(
        isinstance(node, ast.Global) and name in node.names for node in ast.walk(function)
    )


def _required(function: Function) -> tuple[str, ...]:
    taken = [*function.args.posonlyargs, *function.args.args]
    required = taken[: len(taken) - len(function.args.defaults)]
    by_name = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return tuple(one.arg for one in [*required, *(one for one, default in by_name if default is None)])
