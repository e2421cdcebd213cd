"""Python as its syntax tree: parsed without a word, and the dotted names in it."""

import ast
import warnings
from collections.abc import Mapping


def parse(code: str | bytes) -> ast.Module:
    """Return the tree of a file. Raises `SyntaxError` or `ValueError` where it is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an invalid escape in somebody's code is no affair of ours
        try:
            return ast.parse(code)
        except (RecursionError, MemoryError) as error:
            msg = "it is nested too deeply"
            raise ValueError(msg) from error


def dotted(node: ast.expr | None, names: Mapping[str, str]) -> str:
    """Return what an expression stands for as a dotted name, empty if it is none.

    `names` says what imports bound: with `{"f": "flask"}`, `f.Flask` is `flask.Flask`.
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(names.get(node.id, node.id))
    return ".".join(reversed(parts))
