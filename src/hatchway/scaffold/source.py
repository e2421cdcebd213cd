"""What is known of one Python file: what it imports, calls, defines and needs of the language."""

import ast
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


def is_main_guard(node: ast.If) -> bool:
    """Tell whether this is `if __name__ == "__main__":`."""
    test = node.test
    if not isinstance(test, ast.Compare) or len(test.comparators) != 1:
        return False
    sides = [test.left, test.comparators[0]]
    return any(isinstance(one, ast.Name) and one.id == "__name__" for one in sides) and any(
        isinstance(one, ast.Constant) and one.value == "__main__" for one in sides
    )
