"""Sent into the debuggee as text and run there in a frame: standard library only, Python 3.10."""

# ruff: noqa: PLC0415 - it is run as text: what it needs, it imports where it needs it

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 200
"""Routes that are told at most."""


def routes(wanted: str = "", method: str = "GET") -> str:
    """Return, as JSON, what the frameworks that are loaded answer such a request of this path with.

    Of none: every path without parameters.
    """
    import itertools
    import json

    frameworks = (_flask(wanted, method), _starlette(wanted, method), _django(wanted))
    found = itertools.islice(itertools.chain(*frameworks), MOST)
    compiled: dict[str, list[Any]] = {}
    return json.dumps([told for path, view in found if (told := _told(path, view, method, compiled))])


def digest(path: str) -> str:
    """Return the hash of a file's lines; empty if it cannot be read."""
    import hashlib

    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib may not be loaded, and is dear
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _told(path: str, view: Any, method: str, compiled: dict[str, list[Any]]) -> dict[str, Any] | None:
    import inspect

    view = inspect.unwrap(view)
    view = getattr(view, "view_class", view)
    if isinstance(view, type):
        view = getattr(view, method.lower(), None)
    code = getattr(getattr(view, "__func__", view), "__code__", None)
    if code is None:
        return None
    lines = sorted({line for _, _, line in code.co_lines() if line and line > code.co_firstlineno})
    # The first of them is that of `def` where there is a decorator.
    start = _def_line(code.co_filename, code.co_firstlineno)
    body = [line for line in lines if line > start]
    if not body:
        return None
    return {
        "path": path,
        "method": method,
        "file": code.co_filename,
        "line": body[0],
        "size": len(body),
        "function": code.co_name,
        "digest": digest(code.co_filename),
        "is_loaded": _is_loaded(code, compiled),
    }


def _is_loaded(code: Any, compiled: dict[str, list[Any]]) -> bool:
    """Tell whether its file, as it is by now, is what this code was made of; `compiled` is kept between."""
    path = code.co_filename
    if path not in compiled:
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - as above
                found = [compile(file.read(), path, "exec", dont_inherit=True)]
        except (OSError, SyntaxError, ValueError):
            found = []
        for one in found:
            found += [const for const in one.co_consts if isinstance(const, type(code))]
        compiled[path] = found
    return code in compiled[path]


def _def_line(path: str, first: int) -> int:
    """Return the line on which the head of a function ends that begins, with its decorators, on `first`."""
    import linecache

    line = first
    while line < first + 50:
        text = linecache.getline(path, line).lstrip()
        if text.startswith(("def ", "async def ")):
            while line < first + 50 and not linecache.getline(path, line).split("#")[0].rstrip().endswith(
                ":"
            ):
                line += 1
            return line
        line += 1
    return first


def _instances(kind: Any) -> list[Any]:
    import gc

    # What is half made may fail at being asked for its class.
    return [one for one in gc.get_objects() if type(one).__mro__.__contains__(kind)]


def _flask(wanted: str, method: str) -> Iterator[tuple[str, Any]]:
    import sys

    flask = sys.modules.get("flask")
    for app in _instances(flask.Flask) if flask else ():
        if wanted:
            try:
                endpoint, _ = app.url_map.bind("localhost").match(wanted, method=method)
            except Exception:  # noqa: BLE001, S112 - not found, or found elsewhere: this app does not answer it
                continue
            yield wanted, app.view_functions[endpoint]
            continue
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or ()) and not rule.arguments:
                yield rule.rule, app.view_functions[rule.endpoint]


def _starlette(wanted: str, method: str) -> Iterator[tuple[str, Any]]:
    import sys

    starlette = sys.modules.get("starlette.applications")
    for app in _instances(starlette.Starlette) if starlette else ():
        for route in app.routes:
            path, view = getattr(route, "path", ""), getattr(route, "endpoint", None)
            if not path or not view or method not in (getattr(route, "methods", None) or ()):
                continue
            if route.path_regex.match(wanted) if wanted else "{" not in path:
                yield wanted or path, view


def _django(wanted: str) -> Iterator[tuple[str, Any]]:
    import sys

    if "django.urls" not in sys.modules or "django.core.handlers.base" not in sys.modules:
        return
    urls: Any = sys.modules["django.urls"]
    if not wanted:
        yield from _patterns(urls.get_resolver().url_patterns, "/")
        return
    try:
        yield wanted, urls.resolve(wanted).func
    except Exception:  # noqa: BLE001 - nothing answers it
        return


def _patterns(patterns: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern).strip("^$")
        if any(mark in path for mark in "<(["):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns, path)
        else:
            yield path, pattern.callback
