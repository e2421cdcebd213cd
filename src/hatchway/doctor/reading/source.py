"""What a Python file says about debugging and serving, by its syntax tree; it is never run."""

import ast
import re
from collections.abc import Iterator

from hatchway.doctor.facts import Call, Source
from hatchway.formats import python

_NEEDLES = (
    *(b"set_trace", b"pdb.", b"breakpoint(", b"debugpy", b"ptvsd", b"pydevd"),
    *(b"uvicorn", b"flask.ext"),
)
"""A file without any of these, and without a server that is run, says nothing of interest."""
_RUN = b".run("
_SERVER = re.compile(rb"(app|server|flask)\w*$", re.IGNORECASE)
_LONGEST_NAME = 60
_MOST_CALLS = 200
_WANTED = re.compile(
    r"(debugpy|ptvsd|pydevd|pydevd_pycharm|pdb|ipdb|pudb|web_pdb|remote_pdb|rpdb|celery\.contrib\.rdb)\.\w+"
    r"|breakpoint|uvicorn\.run|(\w+\.)*\w*(app|application|server)\w*\.run|(\w+\.)*(Flask)\.run",
    re.IGNORECASE,
)


def is_telling(data: bytes) -> bool:
    """Tell whether a Python file may say anything of interest; a search that is dear would be felt."""
    return any(needle in data for needle in _NEEDLES) or _runs_server(data)


def _runs_server(data: bytes) -> bool:
    at = data.find(_RUN)
    while at >= 0:
        if _SERVER.search(data, max(0, at - _LONGEST_NAME), at):
            return True
        at = data.find(_RUN, at + 1)
    return False


def read_source(path: str, text: str) -> Source:
    """Return what the text says; raises `SyntaxError` or `ValueError` where it is no Python."""
    tree = python.parse(text)
    seen = _Seen(path)
    seen.visit_body(tree.body, at_import=True, in_main=False)
    return Source(path, tuple(seen.calls[:_MOST_CALLS]), dict(_settings(tree)), frozenset(seen.imports))


def _settings(tree: ast.Module) -> Iterator[tuple[str, tuple[object, int]]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            value = _literal(node.value)
            # What is worked out is something, too.
            shown = ast.unparse(node.value)[:80] if value is None else value
            yield node.targets[0].id, (shown, node.lineno)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, MemoryError, RecursionError, SyntaxError):
        return None


def _is_main(test: ast.expr) -> bool:
    names = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    return "__name__" in names


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of an expression; `ast.walk` would take most of the doctor's time."""
    waiting = [node]
    for one in waiting:
        if type(one) is ast.Call:
            yield one
        for field in one._fields:
            part = getattr(one, field, None)
            if type(part) is list:
                waiting += [each for each in part if isinstance(each, ast.AST)]
            elif isinstance(part, ast.AST) and part._fields:
                waiting.append(part)


class _Seen:
    """The calls of one file, each with whether it is run at import."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._names: dict[str, str] = {}
        self.calls: list[Call] = []
        self.imports: set[str] = set()

    def visit_body(self, body: list[ast.stmt], *, at_import: bool, in_main: bool) -> None:
        for node in body:
            self._statement(node, at_import=at_import, in_main=in_main)

    def _statement(self, node: ast.stmt, *, at_import: bool, in_main: bool) -> None:
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._note_names(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            self.visit_body(node.body, at_import=False, in_main=in_main)
        elif isinstance(node, ast.If):
            self._expressions(node.test, at_import=False, in_main=in_main)
            self.visit_body(node.body, at_import=False, in_main=in_main or _is_main(node.test))
            self.visit_body(node.orelse, at_import=False, in_main=in_main)
        else:
            self._parts(node, at_import=at_import, in_main=in_main)

    def _note_names(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            self.imports.update(alias.name for alias in node.names)
            self._names.update({alias.asname: alias.name for alias in node.names if alias.asname})
        else:
            self.imports.add(node.module or "")
            self._names.update(
                {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            )

    def _parts(self, node: ast.stmt, *, at_import: bool, in_main: bool) -> None:
        """Look at a statement that is no condition: its blocks and its expressions."""
        for field, value in ast.iter_fields(node):
            parts = value if isinstance(value, list) else [value]
            if field in ("body", "orelse", "finalbody"):
                self.visit_body(parts, at_import=at_import, in_main=in_main)
            elif field in ("handlers", "cases"):
                for one in parts:
                    self.visit_body(one.body, at_import=False, in_main=in_main)
            else:
                for one in parts:
                    if isinstance(one, ast.AST):
                        self._expressions(one, at_import=at_import, in_main=in_main)

    def _expressions(self, node: ast.AST, *, at_import: bool, in_main: bool) -> None:
        for one in _calls(node):
            if (name := python.dotted(one.func, self._names)) and _WANTED.fullmatch(name):
                words = tuple(_literal(word) for word in one.args)
                options = {key.arg: _literal(key.value) for key in one.keywords if key.arg}
                place = self._path, one.lineno, one.col_offset + 1
                self.calls.append(Call(*place, name, words, options, at_import=at_import, in_main=in_main))
