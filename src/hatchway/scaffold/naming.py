"""Names for applications: what the project calls them, else what they are."""

import re
from collections import Counter
from dataclasses import replace

from hatchway.scaffold.facts import Application, Protocol
from hatchway.scaffold.project import folder_of
from hatchway.scaffold.started import Started

_PLAIN = (
    "app",
    "main",
    "wsgi",
    "asgi",
    "application",
    "server",
    "src",
    "run",
    "manage",
    "celery",
    "__init__",
    "__main__",
    "streamlit_app",
    "config",
)


def named(applications: list[Application], started: list[Started]) -> tuple[Application, ...]:
    """Return the applications with names that are unique and fit for services of Compose."""
    wanted = [_told(one, started) or _of_kind(one, applications) for one in applications]
    crowd = Counter(wanted)
    taken: set[str] = set()
    result = []
    for application, name in zip(applications, wanted, strict=True):
        own = _own(application) if crowd[name] > 1 else name
        free, number = own, 2
        while free in taken:
            free, number = f"{own}-{number}", number + 1
        taken.add(free)
        result.append(replace(application, name=free))
    return tuple(result)


def fit(name: str) -> str:
    """Return a name as Compose takes it: lower case, digits, `-` and `_`."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_") or "app"


def _told(application: Application, started: list[Started]) -> str:
    if application.server is None:
        return ""
    for one in started:
        if one.start.place == application.server.place and one.start.service:
            return fit(one.start.service)
    return ""


def _of_kind(application: Application, others: list[Application]) -> str:
    if application.framework == "celery":
        return "worker"
    kind = [
        one for one in others if (one.protocol is Protocol.NONE) == (application.protocol is Protocol.NONE)
    ]
    if len(kind) > 1:
        return _own(application)
    return "app" if application.protocol is Protocol.NONE else "web"


def _own(application: Application) -> str:
    """Return what tells an application from its neighbours: its module, package or folder."""
    path = application.place.file.removesuffix(".py").split("/")
    # Where it is reached may lie elsewhere than where it is made.
    words = [*application.module.split("."), ""] if application.module else path
    for word in [*reversed(words), *reversed(path), folder_of(application.place.file).rpartition("/")[2]]:
        if word and word not in _PLAIN and word != ".":
            return fit(word)
    return "worker" if application.framework == "celery" else "web"
