"""What source text says: where a function is, which line of a file runs first, what can hold a breakpoint."""

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Block: TypeAlias = Function | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a block of code is: its first line, decorators included, and its last."""

    first: int
    last: int


def parsed(lines: Sequence[str]) -> ast.Module:
    """Parse a source; what is no Python (or newer than ours) is an empty module."""
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse("".join(line.rstrip("\n") + "\n" for line in lines))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def extent_of(lines: Sequence[str], name: str, line: int) -> Extent | None:
    """Find the innermost function or class of this name that a line is in; None for a module's own lines."""
    found = [block for block in _blocks(lines) if block.name == name and _holds(block, line)]
    return _extent(found[-1]) if found else None


def arguments_of(lines: Sequence[str], name: str, line: int) -> list[str]:
    """Name the arguments of the function that a line is in."""
    found = [
        block
        for block in _blocks(lines)
        if block.name == name and _holds(block, line) and not isinstance(block, ast.ClassDef)
    ]
    if not found:
        return []
    function = found[-1]
    assert not isinstance(function, ast.ClassDef)  # noqa: S101 - for the type checker: sorted out above
    told = function.args
    several = [told.vararg] if told.vararg else []
    named = [told.kwarg] if told.kwarg else []
    ordered = [*told.posonlyargs, *told.args, *told.kwonlyargs, *several, *named]
    return [argument.arg for argument in ordered]


def line_of_function(lines: Sequence[str], name: str) -> int | None:
    """Find the first line inside a function by its name, or `Class.method`; None if there is none."""
    for path, block in _named(parsed(lines).body, ""):
        if name in (path, block.name) and not isinstance(block, ast.ClassDef):
            return first_line(block.body)
    return None


def first_line(body: Sequence[ast.stmt]) -> int:
    """Return the line of the first statement that runs: a function's docstring does not."""
    rest = list(body)
    if len(rest) > 1 and isinstance(rest[0], ast.Expr) and isinstance(rest[0].value, ast.Constant):
        rest.pop(0)
    return _begin(rest[0])


def entry_line(lines: Sequence[str]) -> int:
    """Return the first line that runs when a file does; its docstring is one, being stored."""
    body = parsed(lines).body
    if not body:
        return 1
    first = body[0]
    is_constant = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    is_docstring = is_constant and isinstance(first.value.value, str)  # type: ignore[attr-defined]
    return _begin(first) if is_docstring or not is_constant else first_line(body)


def cannot_stop(lines: Sequence[str], line: int) -> str:
    """Say why no breakpoint can be on a line, in pdb's words; empty if nothing speaks against it."""
    if not lines:
        return ""  # not here to be looked at
    if not 1 <= line <= len(lines):
        return "End of file"
    text = lines[line - 1].strip()
    if not text or text[0] == "#" or text[:3] in ('"""', "'''") or _is_in_string(lines, line):
        return "Blank or comment"
    return ""


def _is_in_string(lines: Sequence[str], line: int) -> bool:
    """Tell whether a line is one of a docstring, or of another string that nothing is done with."""
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and node.lineno < line <= (node.end_lineno or node.lineno)
        for node in ast.walk(parsed(lines))
    )


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    for node in ast.walk(parsed(lines)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node


def _named(body: Sequence[ast.stmt], above: str) -> Iterator[tuple[str, Block]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            path = f"{above}{node.name}"
            yield path, node
            yield from _named(node.body, f"{path}.")


def _extent(block: Block) -> Extent:
    return Extent(_begin(block), block.end_lineno or block.lineno)


def _begin(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _holds(block: Block, line: int) -> bool:
    extent = _extent(block)
    return extent.first <= line <= extent.last
