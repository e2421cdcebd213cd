"""One Python file as `ast` sees it, gone through once."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hatchway.formats import python
from hatchway.scaffold.source import Call, Function, Import, Scope, Source, is_main_guard


def parse(file: str, content: bytes) -> Source | None:
    """Parse a file; None if it is no Python."""
    tree = _tree(content)
    line = 0
    if tree is None:
        # It may be of a newer Python than this one.
        older, line = _in_older_syntax(content)
        tree = _tree(older) if line else None
    if tree is None:
        return None
    source = Source(file, tree)
    _Reading(source, has_versions=b"version_info" in content).read()
    if line:
        _need(source, (3, 12), _PARAMETERS, line=line)
    return source


def _tree(content: bytes) -> ast.Module | None:
    try:
        return python.parse(content)
    except (SyntaxError, ValueError):
        return None


_NEWER = re.compile(
    rb"^(?P<head>[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)\[[^\n]*?\](?=[ \t]*[(:])"
    rb"|^(?P<indent>[ \t]*)type[ \t]+(?P<name>\w+)(?:\[[^\n]*?\])?(?=[ \t]*=[^=])",
    re.MULTILINE,
)


def _in_older_syntax(content: bytes) -> tuple[bytes, int]:
    """Return code without what Python 3.12 brought, line for line, and the first line of that; 0: none."""
    first = _NEWER.search(content)
    if first is None:
        return content, 0

    def older(found: re.Match[bytes]) -> bytes:
        return found["head"] or (found["indent"] or b"") + found["name"]

    return _NEWER.sub(older, content), content[: first.start()].count(b"\n") + 1


@dataclass(frozen=True, slots=True)
class _State:
    """What surrounds a node."""

    target: str = ""
    is_main: bool = False
    is_for_types: bool = False
    is_optional: bool = False


class _Reading:
    """Goes once through the tree of a file, and takes of each node what there is to know."""

    def __init__(self, source: Source, *, has_versions: bool) -> None:
        self.source = source
        self.has_versions = has_versions
        """It asks somewhere for the version of Python."""
        self.calls: list[tuple[ast.Call, Scope, _State]] = []

    def read(self) -> None:
        """Fill in the source, in the order of the file; what is deep needs no deep stack."""
        stack: list[tuple[ast.AST, Scope, _State]] = [(self.source.tree, (), _State())]
        while stack:
            node, scope, state = stack.pop()
            kind = type(node)
            if take := _TAKEN.get(kind):
                take(self, node, scope, state)
            inner = (*scope, node) if isinstance(node, _SCOPES) else scope
            inside = state if kind in _HANDED_ON or not state.target else replace(state, target="")
            if surround := _SURROUNDING.get(kind):
                inside = surround(self, node, inside)
            stack.extend([(child, inner, inside) for child in _children(node, kind)])
        # Only now is every import known.
        self.source.calls.extend(
            Call(node, self.source.dotted(node.func), scope, state.target, state.is_main)
            for node, scope, state in self.calls
        )


def _children(node: ast.AST, kind: type[ast.AST]) -> list[ast.AST]:
    """Return the nodes in a node that can hold something, the last first."""
    found: list[ast.AST] = []
    for name in _FIELDS[kind]:
        value = getattr(node, name, None)
        if type(value) is list:
            found += [one for one in reversed(value) if type(one) not in _LEAVES]
        elif isinstance(value, ast.AST) and type(value) is not ast.Name:
            found.append(value)
    # A text that stands alone is documentation.
    return [] if kind is ast.Expr and found and type(found[0]) is ast.Constant else found


_LEAVES = frozenset([ast.Name, type(None)])
_PLAIN = frozenset(
    [
        *(
            "id",
            "attr",
            "arg",
            "name",
            "names",
            "asname",
            "module",
            "level",
            "ctx",
            "op",
            "ops",
            "kind",
            "rest",
        ),
        *("type_comment", "conversion", "simple", "is_async", "kwd_attrs", "type_ignores", "tag", "str"),
    ]
)
"""Fields that hold no node with anything in it."""
_FIELDS = {
    kind: tuple(one for one in reversed(kind._fields) if one not in _PLAIN)
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}


def _under_assignment(_: _Reading, node: ast.Assign | ast.AnnAssign | ast.NamedExpr, state: _State) -> _State:
    target = _target(node)
    return replace(state, target=target) if target else state


def _under_try(_: _Reading, node: ast.Try, state: _State) -> _State:
    bears = any(_bears_absence(one) for one in node.handlers)
    return replace(state, is_optional=True) if bears else state


def _under_if(reading: _Reading, node: ast.If, state: _State) -> _State:
    if is_main_guard(node):
        return _State("", is_main=True)
    test = node.test
    if reading.has_versions and any(
        isinstance(one, ast.Attribute) and one.attr == "version_info" for one in ast.walk(test)
    ):
        return replace(state, is_optional=True)
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return replace(state, is_for_types=True) if name == "TYPE_CHECKING" else state


def _bears_absence(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("ImportError", "ModuleNotFoundError"))
        for kind in kinds
    )


def _target(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return next((one.id for one in targets if isinstance(one, ast.Name)), "")


def _take_call(reading: _Reading, node: ast.Call, scope: Scope, state: _State) -> None:
    reading.calls.append((node, scope, state))


def _take_function(reading: _Reading, node: Function, scope: Scope, _: _State) -> None:
    reading.source.functions.append((node, scope))
    _take_parameters(reading, node)


def _take_class(reading: _Reading, node: ast.ClassDef, scope: Scope, _: _State) -> None:
    if not scope:
        reading.source.classes[node.name] = node
    _take_parameters(reading, node)


def _take_parameters(reading: _Reading, node: Function | ast.ClassDef) -> None:
    if getattr(node, "type_params", None):
        _need(reading.source, (3, 12), _PARAMETERS, line=node.lineno)


def _take_attribute(reading: _Reading, node: ast.Attribute, _: Scope, __: _State) -> None:
    if isinstance(node.ctx, ast.Store):
        reading.source.attributes.add(node.attr)


def _take_subscript(reading: _Reading, node: ast.Subscript, _: Scope, __: _State) -> None:
    reading.source.subscripts.append(node)


def _take_constant(reading: _Reading, node: ast.Constant, _: Scope, __: _State) -> None:
    if isinstance(node.value, str):
        reading.source.texts.append(node)


def _take_condition(reading: _Reading, node: ast.If, scope: Scope, _: _State) -> None:
    if not scope and is_main_guard(node):
        reading.source.main_line = node.lineno


def _take_value(reading: _Reading, node: ast.Assign | ast.AnnAssign, scope: Scope, state: _State) -> None:
    if not scope and not state.is_main and node.value is not None and (name := _target(node)):
        reading.source.values[name] = node.value


def _take_syntax(reading: _Reading, node: ast.AST, _: Scope, __: _State) -> None:
    version, what = _SYNTAX[type(node).__name__]
    _need(reading.source, version, what, line=getattr(node, "lineno", 0))


_PARAMETERS = "type parameters or a `type` statement"
_SYNTAX: dict[str, tuple[tuple[int, int], str]] = {
    "NamedExpr": ((3, 8), "`:=`"),
    "Match": ((3, 10), "`match`"),
    "TryStar": ((3, 11), "`except*`"),
    "TypeAlias": ((3, 12), _PARAMETERS),
    "TemplateStr": ((3, 14), "a t-string"),
}
"""What each kind of node needs. By name: an older Python has not all of them."""

_MEMBERS = {
    "tomllib": (3, 11),
    "enum.StrEnum": (3, 11),
    "datetime.UTC": (3, 11),
    "typing.Self": (3, 11),
    "asyncio.TaskGroup": (3, 11),
    "asyncio.timeout": (3, 11),
    "typing.override": (3, 12),
    "itertools.batched": (3, 12),
    "zoneinfo": (3, 9),
    "annotationlib": (3, 14),
    "compression.zstd": (3, 14),
}
"""What the standard library has only since some version."""


def _take_import(reading: _Reading, node: ast.Import | ast.ImportFrom, _: Scope, state: _State) -> None:
    source = reading.source
    start = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        if isinstance(node, ast.Import):
            bound = alias.asname or alias.name.partition(".")[0]
            source.names[bound] = alias.name if alias.asname else bound
            module, member = alias.name, ""
        else:
            dot = "" if start.endswith(".") else "."
            source.names[alias.asname or alias.name] = f"{start}{dot}{alias.name}"
            module, member = start, alias.name
        source.imports.append(Import(module, member, node.lineno, state.is_for_types, state.is_optional))
        needed = _MEMBERS.get(f"{module}.{member}") or _MEMBERS.get(module)
        if needed and not state.is_optional and not state.is_for_types:
            _need(source, needed, f"`{module}{'.' * bool(member)}{member}`", line=node.lineno)


def _need(source: Source, version: tuple[int, int], what: str, *, line: int) -> None:
    if version > source.needs:
        source.needs = version
        source.needs_because = f"{source.file}:{line} uses {what}"


_TAKEN: Mapping[type[ast.AST], Callable[..., None]] = {
    ast.Import: _take_import,
    ast.ImportFrom: _take_import,
    ast.Call: _take_call,
    ast.FunctionDef: _take_function,
    ast.AsyncFunctionDef: _take_function,
    ast.ClassDef: _take_class,
    ast.Attribute: _take_attribute,
    ast.Subscript: _take_subscript,
    ast.Constant: _take_constant,
    ast.If: _take_condition,
    ast.Assign: _take_value,
    ast.AnnAssign: _take_value,
    **{getattr(ast, name): _take_syntax for name in _SYNTAX if hasattr(ast, name)},
}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_HANDED_ON = frozenset([ast.IfExp, ast.BoolOp, ast.Await])
"""The value of what is in them is theirs."""
_SURROUNDING: Mapping[type[ast.AST], Callable[..., _State]] = {
    ast.Assign: _under_assignment,
    ast.AnnAssign: _under_assignment,
    ast.NamedExpr: _under_assignment,
    ast.If: _under_if,
    ast.Try: _under_try,
}
