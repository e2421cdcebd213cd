"""One Python file as `ast` sees it: what it imports, calls, defines and needs of the language."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from hatchway.formats import python

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = tuple[Function | ast.ClassDef | ast.Lambda, ...]


@dataclass(frozen=True, slots=True)
class Import:
    """A module that is imported, by its dotted name; of `from a import b` both `a` and `a.b` are told."""

    module: str
    member: str
    line: int
    is_for_types: bool
    """Under `if TYPE_CHECKING:`, so nothing is needed at run time."""
    is_optional: bool
    """In a `try` that bears its absence, or for some versions of Python only."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call, where it stands, and the name that its value gets."""

    node: ast.Call
    name: str
    """What is called, as a dotted name: `flask.Flask`; empty if it has none."""
    scope: Scope
    target: str
    """The name it is assigned to; empty if to none."""
    is_main: bool
    """Under `if __name__ == "__main__":`."""


@dataclass(slots=True)
class Source:
    """What stands in one file. Nothing of it is changed once it is parsed."""

    file: str
    tree: ast.Module
    names: dict[str, str] = field(default_factory=dict)
    """Each name that an import binds, and what it stands for: `Flask` -> `flask.Flask`. Relative ones keep
    their dots: `.models.User`."""
    imports: list[Import] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    functions: list[tuple[Function, Scope]] = field(default_factory=list)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    """Those at the top."""
    values: dict[str, ast.expr] = field(default_factory=dict)
    """What each name at the top was given last."""
    attributes: set[str] = field(default_factory=set)
    """The attributes that something is assigned to: `app.conf.beat_schedule = ...`."""
    subscripts: list[ast.Subscript] = field(default_factory=list)
    texts: list[ast.Constant] = field(default_factory=list)
    """Its string literals, documentation left out."""
    main_line: int = 0
    """The line of `if __name__ == "__main__":`; 0: there is none."""
    needs: tuple[int, int] = (3, 0)
    """The oldest Python that has the syntax and the modules in use."""
    needs_because: str = ""

    def dotted(self, node: ast.expr | None) -> str:
        """Return what an expression stands for as a dotted name: `flask.Flask`; empty if it is none."""
        return python.dotted(node, self.names)

    def text(self, node: ast.expr | None) -> str | None:
        """Return the text an expression is for sure: a literal, or a name at the top that was given one."""
        for _ in range(5):
            if isinstance(node, ast.Constant):
                return node.value if isinstance(node.value, str) else None
            if not isinstance(node, ast.Name) or node.id not in self.values:
                return None
            node = self.values[node.id]
        return None


def keyword(call: ast.Call, *names: str) -> ast.expr | None:
    """Return the value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg in names), None)


def argument(call: ast.Call, number: int, *names: str) -> ast.expr | None:
    """Return an argument by its position or its name."""
    if number < len(call.args) and not isinstance(call.args[number], ast.Starred):
        return call.args[number]
    return keyword(call, *names)


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
    calls: list[tuple[ast.Call, Scope, _State]] = []
    for node, scope, state in _walk(tree):
        _take(source, calls, node, scope, state)
    # Only now is every import known.
    source.calls.extend(
        Call(node, source.dotted(node.func), scope, state.target, state.is_main)
        for node, scope, state in calls
    )
    if line and source.needs < (3, 12):
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


def _walk(tree: ast.Module) -> Iterator[tuple[ast.AST, Scope, _State]]:
    """Yield each node with what surrounds it, in the order of the file; deep ones need no deep stack."""
    stack: list[tuple[ast.AST, Scope, _State]] = [(tree, (), _State())]
    while stack:
        node, scope, state = stack.pop()
        yield node, scope, state
        inner, inside = scope, _State("", state.is_main, state.is_for_types, state.is_optional)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            inner = (*scope, node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            inside = _State(_target(node), state.is_main, state.is_for_types, state.is_optional)
        elif isinstance(node, ast.If):
            inside = _state_under(node, inside)
        elif isinstance(node, ast.Try) and any(_bears_absence(one) for one in node.handlers):
            inside = _State("", state.is_main, state.is_for_types, is_optional=True)
        elif isinstance(node, (ast.IfExp, ast.BoolOp, ast.Await)):
            inside = state
        stack.extend((child, inner, inside) for child in reversed(_children(node)))


def _children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes in a node that can hold something, a text that stands alone left out."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST) and not isinstance(one, _LEAVES)]
        elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
            found.append(value)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return []
    return found


_LEAVES = (ast.Name, ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop, ast.alias)


def _state_under(node: ast.If, state: _State) -> _State:
    if is_main_guard(node):
        return _State("", is_main=True)
    test = node.test
    if any(isinstance(one, ast.Attribute) and one.attr == "version_info" for one in ast.walk(test)):
        return _State("", state.is_main, state.is_for_types, is_optional=True)
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return _State("", state.is_main, name == "TYPE_CHECKING" or state.is_for_types, state.is_optional)


def is_main_guard(node: ast.If) -> bool:
    """Tell whether this is `if __name__ == "__main__":`."""
    test = node.test
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = [test.left, test.comparators[0]]
    return any(isinstance(one, ast.Name) and one.id == "__name__" for one in sides) and any(
        isinstance(one, ast.Constant) and one.value == "__main__" for one in sides
    )


def _bears_absence(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name) and kind.id in ("ImportError", "ModuleNotFoundError"))
        for kind in kinds
    )


def _target(node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> str:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return next((one.id for one in targets if isinstance(one, ast.Name)), "")


def _take(
    source: Source, calls: list[tuple[ast.Call, Scope, _State]], node: ast.AST, scope: Scope, state: _State
) -> None:
    match node:
        case ast.Import() | ast.ImportFrom():
            _take_import(source, node, state)
        case ast.Call():
            calls.append((node, scope, state))
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            source.functions.append((node, scope))
        case ast.Attribute(ctx=ast.Store()):
            source.attributes.add(node.attr)
        case ast.Subscript():
            source.subscripts.append(node)
        case ast.Constant() if isinstance(node.value, str):
            source.texts.append(node)
        case ast.ClassDef() | ast.Assign() | ast.AnnAssign() | ast.If() if not scope:
            _take_at_top(source, node, state)
        case _:
            pass
    version, what = _SYNTAX.get(type(node).__name__, (source.needs, ""))
    if getattr(node, "type_params", None):
        version, what = (3, 12), _PARAMETERS
    if version > source.needs:
        _need(source, version, what, line=getattr(node, "lineno", 0))


def _take_at_top(
    source: Source, node: ast.ClassDef | ast.Assign | ast.AnnAssign | ast.If, state: _State
) -> None:
    match node:
        case ast.ClassDef():
            source.classes[node.name] = node
        case ast.If() if is_main_guard(node):
            source.main_line = node.lineno
        case ast.Assign() | ast.AnnAssign() if node.value is not None and not state.is_main:
            if name := _target(node):
                source.values[name] = node.value
        case _:
            pass


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


def _take_import(source: Source, node: ast.Import | ast.ImportFrom, state: _State) -> None:
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
        if needed and not state.is_optional and not state.is_for_types and needed > source.needs:
            _need(source, needed, f"`{module}{'.' * bool(member)}{member}`", line=node.lineno)


def _need(source: Source, version: tuple[int, int], what: str, *, line: int) -> None:
    source.needs = version
    source.needs_because = f"{source.file}:{line} uses {what}"
