"""One file per framework, each exposing FRAMEWORK: how its applications are made, and what they answer."""

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway.scaffold.facts import Place, Protocol
from hatchway.scaffold.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hatchway.scaffold.code import Code
    from hatchway.scaffold.facts import Route


@dataclass(frozen=True, slots=True)
class Found:
    """A name by which an application can be reached; there may be several for one application."""

    framework: str
    protocol: Protocol
    file: str
    attribute: str
    """Empty: it is run as a file."""
    made: Place
    """Where the application itself is made: the same for all its names."""
    score: int
    because: str
    is_factory: bool = False
    arguments: tuple[str, ...] = ()
    folder: str = ""
    """The folder to start in, where the framework knows it better than the imports."""
    settings: str = ""
    has_schedule: bool = False


@dataclass(frozen=True, slots=True)
class Framework:
    """What is known of one framework."""

    protocol: Protocol
    makers: tuple[str, ...] = ()
    """What is called to make an application: `flask.Flask`."""
    routers: tuple[str, ...] = ()
    """What is called to make a set of routes that an application takes in: `flask.Blueprint`."""
    find: "Callable[[Code], Iterator[Found]] | None" = None
    """Finds what no maker makes."""
    routes: "Callable[[Code, Found], Iterator[Route]] | None" = None
    """What its application answers to a plain GET; None: its decorators tell."""
    port: int = 8000
    """What it listens on if nothing is said."""


def body_line(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the line of the first statement that does something."""
    first, *rest = function.body
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return rest[0].lineno if is_text and rest else first.lineno


def function_of(source: Source, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the function at the top of a file that has a name."""
    return next((one for one, scope in source.functions if one.name == name and not scope), None)
