"""Django: a project is a settings module, the `manage.py` that names it, and a module for the server."""

import ast
import re
from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, SURE, Place, Protocol, Route
from hatchway.scaffold.frameworks import Found, Framework, body_line, function_of
from hatchway.scaffold.project import folder_of, is_within, join
from hatchway.scaffold.source import Source, argument

_GETTERS = {
    "django.core.wsgi.get_wsgi_application": Protocol.WSGI,
    "django.core.asgi.get_asgi_application": Protocol.ASGI,
}
_PACKAGES = ("django", "channels")
"""Where what makes an application is imported from."""
_ASKS_FOR_ASGI = {"daphne", "channels", "uvicorn", "hypercorn"}


def _find(code: Code) -> Iterator[Found]:
    folders = []
    for file in code.project.named("manage.py"):
        source = code.sources.get(file)
        managed = settings_named_in(source) if source else None
        if source is None or managed is None:
            continue
        folder = folder_of(file)
        folders.append(folder)
        servers = [found for found in _servers(code, folder) if is_within(found.file, folder)]
        if not servers:
            place = Place(file, managed[1])
            because = f"{place} names {managed[0]}"
            yield Found(
                "django",
                Protocol.OWN,
                file,
                "",
                place,
                LIKELY,
                because,
                folder=folder,
                settings=managed[0],
            )
        yield from servers
    yield from _unmanaged(code, folders)


def _unmanaged(code: Code, managed: list[str]) -> Iterator[Found]:
    """Yield the modules for servers of projects with a command of their own in place of `manage.py`."""
    rest = [one for one in _servers(code, "") if one.settings]
    rest = [one for one in rest if not any(is_within(one.file, folder) for folder in managed)]
    for home in sorted({code.home(one.file)[0] for one in rest}):
        mine = {one.file for one in rest if code.home(one.file)[0] == home}
        yield from (one for one in _servers(code, home) if one.file in mine)


def has_manager(code: Code, folder: str) -> bool:
    """Tell whether a project has the command that Django makes for it."""
    return join(folder, "manage.py") in code.sources


def command_of(code: Code, folder: str, settings: str, *words: str) -> tuple[str, ...]:
    """Return the command line of one of Django's commands, to be called in the folder of the project."""
    if has_manager(code, folder):
        return ("python", "manage.py", *words)
    return ("python", "-m", "django", *words, f"--settings={settings}")


def settings_named_in(source: Source) -> tuple[str, int] | None:
    """Return the settings module that a file puts in the environment, and where."""
    for call in source.calls:
        if call.name == "os.environ.setdefault" and call.node.args:
            if source.text(call.node.args[0]) != "DJANGO_SETTINGS_MODULE":
                continue
            value = source.text(argument(call.node, 1))
            if value:
                return value, call.node.lineno
    return None


def _servers(code: Code, folder: str) -> Iterator[Found]:
    """Yield the objects that servers take; the better protocol for this project has the higher score."""
    for file, source in code.sources.items():
        if not any(one.module.partition(".")[0] in _PACKAGES for one in source.imports):
            continue
        for name, value in source.values.items():
            getter = next(
                (
                    source.dotted(node.func)
                    for node in ast.walk(value)
                    if isinstance(node, ast.Call) and source.dotted(node.func) in _GETTERS
                ),
                "",
            )
            is_router = _is_router(source, value)
            if not getter and not is_router:
                continue
            protocol = Protocol.ASGI if is_router else _GETTERS[getter]
            settings = settings_named_in(source) or ("", 0)
            place = Place(file, value.lineno)
            asgi = protocol is Protocol.ASGI
            reason = _reason_for_asgi(code, folder) if asgi else ""
            score = SURE + (3 if reason else -10 if asgi else 0)
            because = f"{place} makes Django's application{', ' + reason if reason else ''}"
            if (
                asgi
                and not is_router
                and any(
                    isinstance(one, ast.Call) and _is_router(source, one) for one in source.values.values()
                )
            ):
                continue
            yield Found(
                "django",
                protocol,
                file,
                name,
                Place(file, value.lineno),
                score,
                because,
                folder=folder,
                settings=settings[0],
            )


def _is_router(source: Source, value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and source.dotted(value.func) == "channels.routing.ProtocolTypeRouter"


def _reason_for_asgi(code: Code, folder: str) -> str:
    for file, source in code.sources.items():
        if not is_within(file, folder):
            continue
        if "ASGI_APPLICATION" in source.values:
            return f"{file} sets ASGI_APPLICATION"
        apps = source.values.get("INSTALLED_APPS")
        if isinstance(apps, (ast.List, ast.Tuple)):
            for one in apps.elts:
                if isinstance(one, ast.Constant) and one.value in _ASKS_FOR_ASGI:
                    return f"{file} has {one.value} in INSTALLED_APPS"
    return ""


def _routes(code: Code, found: Found) -> Iterator[Route]:
    for source in code.sources.values():
        if is_within(source.file, found.folder) and (name := source.text(source.values.get("ROOT_URLCONF"))):
            yield from _urls(code, source, name, "/", 3)
            return


def _urls(code: Code, source: Source, module: str, prefix: str, depth: int) -> Iterator[Route]:
    settled = code.find(source, module)
    urls = code.sources.get(settled[0]) if settled else None
    if urls is None or not depth:
        return
    for call in urls.calls:
        kind = call.name
        if kind not in _PATHS or len(call.node.args) < 2:  # noqa: PLR2004 - the pattern and the view
            continue
        path = urls.text(call.node.args[0])
        if kind != "django.urls.path":
            path = path.removeprefix("^").removesuffix("$") if path is not None else None
        if path is None or re.search(r"[<(\[\\*?+{]", path):
            continue
        yield from _views(code, urls, call.node.args[1], prefix + path, depth)


_PATHS = ("django.urls.path", "django.urls.re_path", "django.conf.urls.url")
_INCLUDES = ("django.urls.include", "django.conf.urls.include")


def _views(code: Code, urls: Source, view: ast.expr, path: str, depth: int) -> Iterator[Route]:
    while isinstance(view, ast.Call) and urls.dotted(view.func) not in _INCLUDES:
        if isinstance(view.func, ast.Attribute) and view.func.attr == "as_view":
            view = view.func.value
            break
        if len(view.args) != 1:
            return
        view = view.args[0]
    if isinstance(view, ast.Call):
        inner = urls.text(argument(view, 0))
        if inner:
            yield from _urls(code, urls, inner, path, depth - 1)
        return
    settled = code.settle(urls, urls.dotted(view))
    source = code.sources.get(settled[0]) if settled else None
    if source is None or settled is None:
        return
    function = function_of(source, settled[1]) or _get_of(source, settled[1])
    if function is not None:
        yield Route(path, Place(source.file, body_line(function)))


def _get_of(source: Source, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for function, scope in source.functions:
        if function.name in ("get", "get_context_data") and scope and getattr(scope[-1], "name", "") == name:
            return function
    return None


def settings_files(code: Code, settings: str, folder: str) -> list[str]:
    """Return the files of a settings module, those that it takes over included."""
    first = join(folder, settings.replace(".", "/"))
    found = [one for one in (f"{first}.py", f"{first}/__init__.py") if one in code.sources]
    for file in found:
        source = code.sources[file]
        for one in source.imports:
            settled = code.find(source, one.module) if one.member == "*" else None
            if settled and settled[0] not in found and settled[0] in code.sources:
                found.append(settled[0])
    return found


FRAMEWORK = Framework(Protocol.WSGI, find=_find, routes=_routes)
