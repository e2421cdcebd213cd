"""How an application runs in a container: its command in exec form, its health check, its reload."""

import posixpath
import re
from collections.abc import Callable, Mapping

from hatchway.scaffold.facts import GUESSED, Application, Part, Protocol

ROOT = "/app"
"""Where a part's folder is in its container."""
WORKERS = 2
"""Processes of a web server, unless `WEB_CONCURRENCY` says otherwise: gunicorn and uvicorn heed it."""

SCALED = ("gunicorn", "uvicorn")
"""The servers that heed `WEB_CONCURRENCY`."""
_ADDED = {
    "granian": "granian>=2,<3",
    "gunicorn": "gunicorn>=23,<27",
    "hypercorn": "hypercorn>=0.17,<1",
    "uvicorn": "uvicorn>=0.30,<1",
    "uwsgi": "pyuwsgi>=2.0.28,<3",  # uWSGI as a wheel: nothing is to be compiled
    "waitress-serve": "waitress>=3,<4",
}
"""The servers that are added where no dependency is the one that is to serve, as requirements."""

_BRING_UVICORN = ("fastapi", "litestar")
_EXTRAS = re.compile(r"\[[^]]*(?:standard|all)")
"""The extras by which these bring it."""

Words = tuple[str, ...]


def within(part: Part, folder: str) -> str:
    """Return where a folder of the project is in the part's container."""
    inner = posixpath.relpath(folder, part.folder)
    return ROOT if inner == "." else posixpath.join(ROOT, inner)


def server_of(application: Application) -> str:
    """Return the program that serves an application: the one it has, if it is fit for production."""
    if application.server and application.server.name in _FOUND:
        return application.server.name
    usual = {Protocol.WSGI: "gunicorn", Protocol.ASGI: "uvicorn"}
    return usual.get(application.protocol, application.framework)


def command_of(application: Application) -> Words:
    """Return the command in exec form; run in the application's folder."""
    server = server_of(application)
    if application.server and server == application.server.name:
        return _FOUND[server](application, application.server.flags)
    return _FOUND.get(server, _script)(application, ())


def added_servers(part: Part) -> list[str]:
    """Return the requirements of the servers that the part's dependencies lack."""
    asked = [one for one in part.dependencies if not one.is_dev]
    names = {one.name for one in asked}
    if any(one.name in _BRING_UVICORN and _EXTRAS.search(one.requirement) for one in asked):
        names.add("uvicorn")
    if "pyuwsgi" in names:
        names.add("uwsgi")
    needed = sorted({server_of(application) for application in part.applications} & _ADDED.keys())
    return [_ADDED[name] for name in needed if name.removesuffix("-serve") not in names]


def health_of(application: Application) -> Words:
    """Return the health check: any answer but a server error is health. Empty for what nobody connects to."""
    if application.port is None:
        return ()
    path = application.routes[0].path if application.routes else "/"
    asks = (
        "import http.client, sys; "
        f"c = http.client.HTTPConnection('127.0.0.1', {application.port.number}, timeout=2); "
        f"c.request('GET', {path!r}); sys.exit(c.getresponse().status >= 500)"
    )
    return ("python", "-c", asks)


def reload_of(application: Application) -> Mapping[str, object]:
    """Return what a service of Compose needs besides to serve an edited file without a restart by hand."""
    server = server_of(application)
    if server == "gunicorn":
        return {"environment": {"GUNICORN_CMD_ARGS": "--reload"}}
    if server == "uvicorn":
        return {"command": [*command_of(application), "--reload"]}
    if server == "uwsgi":
        return {"environment": {"UWSGI_PY_AUTORELOAD": "1"}}
    return {}


def _port(application: Application) -> int:
    return application.port.number if application.port else 8000


def _gunicorn(application: Application, flags: Words) -> Words:
    own = tuple(flag for flag in flags if flag != "--reload")
    has_class = "-k" in own or any(flag.startswith("--worker-class") for flag in own)
    is_asgi = application.protocol is Protocol.ASGI and not has_class
    worker = ("--worker-class=uvicorn.workers.UvicornWorker",) if is_asgi else ()
    return ("gunicorn", f"--bind=0.0.0.0:{_port(application)}", *worker, *own, application.spec)


def _uvicorn(application: Application, flags: Words) -> Words:
    own = tuple(flag for flag in flags if flag not in ("--reload", "--factory"))
    factory = ("--factory",) if application.is_factory else ()
    target = f"{application.module}:{application.attribute}"
    return ("uvicorn", "--host=0.0.0.0", f"--port={_port(application)}", *factory, *own, target)


def _hypercorn(application: Application, flags: Words) -> Words:
    return ("hypercorn", f"--bind=0.0.0.0:{_port(application)}", *flags, application.spec)


def _granian(application: Application, flags: Words) -> Words:
    target = f"{application.module}:{application.attribute}"
    return ("granian", "--host=0.0.0.0", f"--port={_port(application)}", *flags, target)


def _waitress(application: Application, flags: Words) -> Words:
    call = ("--call",) if application.is_factory and "--call" not in flags else ()
    target = f"{application.module}:{application.attribute}"
    return ("waitress-serve", f"--listen=0.0.0.0:{_port(application)}", *call, *flags, target)


def _uwsgi(application: Application, flags: Words) -> Words:
    server, port = application.server, application.port
    config = server.config if server else ""
    said = () if config else (f"--module={application.spec}",)
    words = server.words if server else ()
    if port and config and port.match.score > GUESSED and not any(str(port.number) in word for word in words):
        return ("uwsgi", *flags, *said)  # its own file says where it listens
    return ("uwsgi", f"--http-socket=0.0.0.0:{_port(application)}", *flags, *said)


def _celery(application: Application, _flags: Words) -> Words:
    words = application.server.words if application.server and application.server.name == "celery" else ()
    if words and not any("$" in word for word in words):
        return words
    target = f"{application.module}:{application.attribute}" if application.attribute else application.module
    return ("celery", f"--app={target}", "worker", "--loglevel=INFO")


def beat_of(application: Application) -> Words:
    """Return the command of a Celery's beat, whose notes are kept where any user may write."""
    target = f"{application.module}:{application.attribute}" if application.attribute else application.module
    return ("celery", f"--app={target}", "beat", "--loglevel=INFO", "--schedule=/tmp/celerybeat-schedule")


def _streamlit(application: Application, flags: Words) -> Words:
    address = ("--server.address=0.0.0.0", f"--server.port={_port(application)}", "--server.headless=true")
    own = tuple(
        flag for flag in flags if flag.partition("=")[0] not in {one.partition("=")[0] for one in address}
    )
    return ("streamlit", "run", _file(application), *address, *own)


def _sanic(application: Application, flags: Words) -> Words:
    target = f"{application.module}:{application.attribute}"
    factory = ("--factory",) if application.is_factory else ()
    return ("sanic", target, *factory, "--host=0.0.0.0", f"--port={_port(application)}", *flags)


def _script(application: Application, _flags: Words) -> Words:
    return ("python", _file(application))


def _file(application: Application) -> str:
    return posixpath.relpath(application.place.file, application.folder)


_FOUND: Mapping[str, Callable[[Application, Words], Words]] = {
    "gunicorn": _gunicorn,
    "uvicorn": _uvicorn,
    "hypercorn": _hypercorn,
    "granian": _granian,
    "waitress-serve": _waitress,
    "uwsgi": _uwsgi,
    "celery": _celery,
    "streamlit": _streamlit,
    "sanic": _sanic,
}
"""The servers fit for production."""
