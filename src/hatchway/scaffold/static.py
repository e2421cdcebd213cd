"""Files that are served as they are: beside the code, or brought together by Django's `collectstatic`."""

import ast
import posixpath
from collections.abc import Iterable, Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, SURE, Application, Match, StaticFiles
from hatchway.scaffold.frameworks.django import command_of, settings_files
from hatchway.scaffold.project import folder_of, join
from hatchway.scaffold.source import Source, argument
from hatchway.scaffold.variables import text_of

_STATIC_APP = "django.contrib.staticfiles"
"""The application that has the command `collectstatic`."""
_FUNCTIONS = frozenset(("getenv", "env", "config"))
_METHODS = frozenset(("get", "getenv", "str", "path"))
"""Calls whose first argument is the name of a variable."""


def find_static(code: Code, applications: Iterable[Application]) -> list[StaticFiles]:
    """Return the static files of the applications."""
    found: dict[str, StaticFiles] = {}
    for one in applications:
        if one.framework == "django" and one.settings:
            static = _django_static(code, one)
        else:
            static = _mounted_static(code, one) or _flask_static(code, one)
        if static is not None:
            found.setdefault(static.folder, static)
    return list(found.values())


def _django_static(code: Code, application: Application) -> StaticFiles | None:
    files = settings_files(code, application.settings, application.folder)
    has_command = any(one.value == _STATIC_APP for file in files for one in code.sources[file].texts)
    for file in files:
        source = code.sources[file]
        root = source.values.get("STATIC_ROOT")
        if root is None:
            continue
        words = list(_words(root))
        base = _base(source, root)
        folder = posixpath.join(application.folder if base is None else base, *words or ["staticfiles"])
        folder = folder.rstrip("/") if folder.startswith("/") else posixpath.normpath(folder)
        url = source.text(source.values.get("STATIC_URL")) or "/static/"
        collects = ("collectstatic", "--noinput")
        command = command_of(code, application.folder, application.settings, *collects) if has_command else ()
        return StaticFiles(folder, url, command, Match(SURE, f"{file} sets STATIC_ROOT"))
    return None


def _base(source: Source, path: ast.expr, depth: int = 3) -> str | None:
    """Return the folder that a path begins with if that is told from where its file lies."""
    start: str | None = None
    up = 0
    for node in ast.walk(path):
        match node:
            case ast.Name(id="__file__"):
                start = source.file
            case ast.Name(id=name) if name in source.values and depth:
                base = _base(source, source.values[name], depth - 1)
                start = start if base is None else base
            case ast.Subscript(value=ast.Attribute(attr="parents"), slice=ast.Constant(value=int(index))):
                up += index + 1
            case ast.Attribute(attr="parent"):
                up += 1
            case ast.Call(func=function) if source.dotted(function) == "os.path.dirname":
                up += 1
    if start is None:
        return None
    parts = start.split("/")
    return "/".join(parts[: max(0, len(parts) - up)])


def _words(path: ast.expr) -> Iterator[str]:
    """Yield the parts of a path that are written out; of a variable's value, the default."""
    match path:
        case ast.Constant(value=str(word)):
            yield word
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield from _words(left)
            yield from _words(right)
        case ast.Call(func=function, args=args, keywords=keywords):
            reads = _METHODS if isinstance(function, ast.Attribute) else _FUNCTIONS
            name = getattr(function, "attr", "") or getattr(function, "id", "")
            given = args[1:] if name in reads else args
            for one in (*given, *(keyword.value for keyword in keywords if keyword.arg == "default")):
                yield from _words(one)


def _flask_static(code: Code, application: Application) -> StaticFiles | None:
    if application.framework not in ("flask", "quart"):
        return None
    folder = join(folder_of(application.place.file), "static")
    if folder not in code.project.folders:
        return None
    return StaticFiles(folder, "/static/", (), Match(LIKELY, f"{folder} lies beside it"))


def _mounted_static(code: Code, application: Application) -> StaticFiles | None:
    source = code.sources.get(application.place.file)
    for call in source.calls if source else ():
        name = call.name.rpartition(".")[2] if source else ""
        if source is None or name not in ("StaticFiles", "create_static_files_router", "StaticFilesConfig"):
            continue
        told = text_of(source, argument(call.node, 0, "directory", "path"))
        if told:
            place = f"{source.file}:{call.node.lineno}"
            folder = join(application.folder, told)
            return StaticFiles(folder, "/static", (), Match(SURE, f"{place} serves it"))
    return None
