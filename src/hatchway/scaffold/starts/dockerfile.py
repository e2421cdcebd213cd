"""Dockerfiles: what the last stage's `CMD` and `ENTRYPOINT` run, and the ports it exposes."""

from collections.abc import Iterator

from hatchway.formats import dockerfile
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import Project, folder_of
from hatchway.scaffold.servers import port_in
from hatchway.scaffold.starts import Start
from hatchway.scaffold.starts._commands import commands, strip

_SCORE = 88
_SCORE_OF_DEVELOPMENT = 50


def _starts(code: Code) -> Iterator[Start]:
    for file in dockerfiles(code.project):
        score = _SCORE_OF_DEVELOPMENT if is_for_development(file) else _SCORE
        yield from starts_of(code.project, file, score)


def is_for_development(file: str) -> bool:
    """Tell whether a file's path says that it is for the developer's own machine, or for tests."""
    return any(word in file.lower() for word in ("dev", "local", "test"))


def dockerfiles(project: Project) -> Iterator[str]:
    """Yield the Dockerfiles of a project."""
    for file in project.files:
        name = file.rpartition("/")[2]
        if (
            name in ("Dockerfile", "Containerfile")
            or (name.startswith("Dockerfile.") and name != "Dockerfile.dockerignore")
            or name.endswith(".Dockerfile")
        ):
            yield file


def starts_of(project: Project, file: str, score: int, target: str = "") -> Iterator[Start]:
    """Yield the commands that an image is started with."""
    parsed = dockerfile.parse(project.text(file))
    stages = [one for one in parsed.stages if target in ("", one.name)]
    if not stages:
        return
    stage = stages[-1]
    ports = tuple(
        port
        for one in stage.instructions
        if one.name == "EXPOSE"
        for word in one.words
        if (port := port_in(word.partition("/")[0]))
    )
    folder = folder_of(file)
    while folder.rpartition("/")[2] in ("docker", "deploy", "build", ".docker"):
        folder = folder_of(folder)
    entry, command = stage.last("ENTRYPOINT"), stage.last("CMD")
    for one in (command, entry):
        if one is None:
            continue
        words = one.words if one.form is not None else ()
        if one is command and entry is not None and entry.form is not None and one.form is not None:
            words = (*entry.form, *words)
        for found in [strip(words)] if words else commands(one.value):
            if found:
                yield Start(found, folder, Place(file, one.line), score, ports=ports)


START = _starts
