"""The applications of a project: what frameworks find, joined with what the project's own commands start."""

from collections.abc import Mapping
from dataclasses import dataclass

from hatchway.scaffold.candidates import FRAMEWORKS, LAST, find_candidates, is_started, routes_of
from hatchway.scaffold.code import Code
from hatchway.scaffold.commanded import find_commanded, find_scripts
from hatchway.scaffold.facts import (
    GUESSED,
    SURE,
    Application,
    Match,
    Note,
    Place,
    Port,
    Protocol,
    Server,
    Tie,
)
from hatchway.scaffold.frameworks import Found
from hatchway.scaffold.naming import named
from hatchway.scaffold.ports import port_of
from hatchway.scaffold.project import within
from hatchway.scaffold.started import Started, find_started

_ORDER = {Protocol.WSGI: 0, Protocol.ASGI: 0, Protocol.OWN: 1, Protocol.NONE: 2}
_MOST_ROUTES = 20


@dataclass(frozen=True, slots=True)
class Applications:
    """What was found, and what is left to say and to ask about it."""

    applications: tuple[Application, ...]
    notes: tuple[Note, ...]
    ties: tuple[Tie, ...]


def find_applications(code: Code, answers: Mapping[str, str]) -> Applications:
    """Return the applications of a project, those that answer requests first; `answers` decides ties."""
    started = find_started(code)
    notes: list[Note] = []
    ties: list[Tie] = []
    found = find_candidates(code, started, answers, notes, ties)
    found += find_commanded(code, found, started)
    if not found:
        found = find_scripts(code, ties, answers)
    applications = [_application(code, one, started) for one in found]
    applications.sort(key=lambda one: (_ORDER[one.protocol], -one.match.score, one.place.file))
    return Applications(named(applications, started), tuple(notes), tuple(ties))


def _application(code: Code, found: Found, started: list[Started]) -> Application:
    fitting = [one for one in started if is_started(one, found) and not one.run.is_beat]
    best = fitting[0] if fitting else None
    folder, module = code.home(found.file)
    folder = found.folder or folder
    if best is not None and best.run.module and not found.folder:
        folder = best.folder
    module = within(found.file, folder).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    routes = tuple(
        sorted(set(routes_of(code, found)), key=lambda one: (_worth(one.path), one.path))[:_MOST_ROUTES]
    )
    is_beat = any(is_started(one, found) and one.run.is_beat for one in started)
    match = Match(found.score, found.because)
    if best is not None and best.score >= found.score and "starts it" not in found.because:
        match = Match(max(best.score, found.score), f"{found.because}, {best.start.place} starts it")
    port = None if found.protocol is Protocol.NONE else _port(code, found, best)
    if found.framework == LAST:
        port = port_of(code, found.file)
    return Application(
        name="",
        framework=found.framework,
        protocol=Protocol.OWN if port and found.protocol is Protocol.NONE else found.protocol,
        folder=folder,
        module=module if found.attribute else "",
        attribute=found.attribute,
        is_factory=found.is_factory,
        arguments=found.arguments,
        place=found.made if found.attribute else Place(found.file, found.made.line),
        server=_server(best) if best is not None and not best.run.is_development else None,
        port=port,
        routes=routes,
        settings=found.settings,
        has_schedule=found.has_schedule or is_beat,
        match=match,
    )


def _worth(path: str) -> int:
    """Return how far a path is from what a health check would ask for."""
    if any(word in path.lower() for word in ("health", "healthz", "ping", "livez", "alive")):
        return 0
    return 1 if path == "/" else 2


def _server(started: Started) -> Server:
    start, run = started.start, started.run
    because = f"{start.place} runs {start.words[0]}"
    return Server(
        run.server,
        start.words,
        run.flags,
        run.config,
        start.folder,
        start.place,
        Match(started.score, because),
    )


def _port(code: Code, found: Found, best: Started | None) -> Port:
    if best is not None and best.run.port:
        return Port(
            best.run.port,
            Match(SURE, f"{best.start.place if best.run.has_own_port else best.run.config} binds it"),
        )
    if best is not None and best.start.ports:
        return Port(
            best.start.ports[0], Match(best.score, f"{best.start.place.file} publishes or exposes it")
        )
    if (told := port_of(code, found.file)) is not None:
        return told
    framework = FRAMEWORKS[found.framework]
    return Port(framework.port, Match(GUESSED, "nothing says another"))
