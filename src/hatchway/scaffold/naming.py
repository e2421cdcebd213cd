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
    told = [_told(one, started) for one in applications]
    wanted = [name or _of_kind(one, applications) for one, (name, _) in zip(applications, told, strict=True)]
    # What runs in one container is told by one file: its first keeps the name.
    sources = {
        (name, file or number) for number, (name, (_, file)) in enumerate(zip(wanted, told, strict=True))
    }
    crowd = Counter(name for name, _ in sources)
    taken: set[str] = set()
    result = []
    for application, name in zip(applications, wanted, strict=True):
        own = _own(application) if crowd[name] > 1 or name in taken else name
        free, number = own, 2
        while free in taken:
            free, number = f"{own}-{number}", number + 1
        taken.add(free)
        result.append(replace(application, name=free))
    return tuple(result)


def fit(name: str) -> str:
    """Return a name as Compose takes it: lower case, digits, `-` and `_`."""
    return re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_") or "app"


def _told(application: Application, started: list[Started]) -> tuple[str, str]:
    """Return the name that the project itself has for it, and the file that says so; both may be empty."""
    if application.server is not None:
        for one in started:
            if one.start.place == application.server.place and one.start.service:
                return fit(one.start.service), one.start.place.file
    return "", ""


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
