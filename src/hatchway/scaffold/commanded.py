"""Applications that only a command tells of: made in a way of their own, or plain programs."""

from collections.abc import Mapping

from hatchway.scaffold.candidates import FRAMEWORKS, LAST, answered
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Choice, Match, Place, Protocol, Tie
from hatchway.scaffold.frameworks import Found
from hatchway.scaffold.started import Started

_BY_SERVER = {
    "celery": "celery",
    "streamlit": "streamlit",
    "fastapi": "fastapi",
    "flask": "flask",
    "litestar": "litestar",
}
_ASGI = ("uvicorn", "hypercorn", "daphne", "granian")


def find_commanded(code: Code, known: list[Found], started: list[Started]) -> list[Found]:
    """Return what the project's own commands start besides what is known."""
    files = {one.file for one in known}
    found: dict[str, Found] = {}
    for one in started:
        if not one.file or one.file in files or one.file in found or one.run.server == "django":
            continue
        # A program that serves an application which is found anyway is its development server.
        if one.run.server == "python" and not _hands_on(code, one.file, files):
            found[one.file] = _program(one)
        elif one.run.server != "python":
            found[one.file] = _served(code, one)
    return list(found.values())


def _program(one: Started) -> Found:
    because = f"{one.start.place} starts it"
    return Found(LAST, Protocol.NONE, one.file, "", Place(one.file), one.score, because, folder=one.folder)


def _served(code: Code, one: Started) -> Found:
    run = one.run
    protocol = "asgi" if run.server in _ASGI else "wsgi"
    name = _BY_SERVER.get(run.server) or _imported(code, one.file) or protocol
    framework = FRAMEWORKS[name]
    # Servers look for a name of their own if they are told none.
    attribute = run.attribute or (
        "" if framework.protocol is Protocol.OWN else "app" if protocol == "asgi" else "application"
    )
    return Found(
        name,
        framework.protocol,
        one.file,
        attribute,
        Place(one.file),
        one.score,
        f"{one.start.place} starts it",
        is_factory=run.is_factory,
        folder=one.folder,
    )


def _imported(code: Code, file: str) -> str:
    """Return the framework that a file imports something of; empty: none or several."""
    source = code.sources.get(file)
    modules = {one.module.partition(".")[0] for one in source.imports} if source else set()
    found = [
        name
        for name, framework in FRAMEWORKS.items()
        if modules.intersection(maker.partition(".")[0] for maker in framework.makers)
    ]
    return found[0] if len(found) == 1 else ""


def _hands_on(code: Code, file: str, known: set[str]) -> bool:
    source = code.sources.get(file)
    return source is not None and any(
        (settled := code.settle(source, dotted)) is not None and settled[0] in known
        for dotted in source.names.values()
    )


def find_scripts(code: Code, ties: list[Tie], answers: Mapping[str, str]) -> list[Found]:
    """Return the program that is most likely the one to run; adds to `ties`."""
    find = FRAMEWORKS[LAST].find
    found = sorted(find(code) if find else (), key=lambda one: (-one.score, one.file))
    equal = [one for one in found if one.score == found[0].score]
    if len(equal) > 1:
        choices = tuple(Choice(one.file, Match(one.score, one.because)) for one in equal)
        tie = Tie("program", choices)
        ties.append(tie)
        return [answered(tie, equal, answers)]
    return found[:1]
