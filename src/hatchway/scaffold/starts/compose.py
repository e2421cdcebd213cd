"""Compose files: the command of each service, or that of the Dockerfile it is built from."""

from collections.abc import Iterator
from dataclasses import replace

from hatchway.formats import yaml
from hatchway.formats.compose import NAMES
from hatchway.formats.dockerfile import expand
from hatchway.formats.tree import Complaint, Kind, Node
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Place
from hatchway.scaffold.project import Project, folder_of, join
from hatchway.scaffold.servers import port_in
from hatchway.scaffold.starts import Start
from hatchway.scaffold.starts._commands import commands, strip
from hatchway.scaffold.starts.dockerfile import is_for_development, starts_of
from hatchway.scaffold.starts.supervisord import supervised

_SCORE = 90
_SCORE_OF_DEVELOPMENT = 55


def compose_files(project: Project) -> tuple[str, ...]:
    """Return the compose files of a project, the one that Compose itself takes first."""
    found = [
        file
        for file in project.files
        if file.endswith((".yml", ".yaml")) and "compose" in file.rpartition("/")[2].lower()
    ]
    return tuple(sorted(found, key=lambda file: (file.count("/"), file not in NAMES, file)))


def _starts(code: Code) -> Iterator[Start]:
    for file in compose_files(code.project):
        is_first = file.rpartition("/")[2] in NAMES and not is_for_development(file)
        score = _SCORE if is_first else _SCORE_OF_DEVELOPMENT
        try:
            services = yaml.parse(code.project.text(file), file)["services"]
        except Complaint:
            continue
        for key, service in services.entries:
            for start in _starts_of(code.project, file, key, service, score):
                yield from supervised(code.project, start)


def _starts_of(project: Project, file: str, key: Node, service: Node, score: int) -> Iterator[Start]:
    build = service["build"]
    context = build if build.kind is Kind.SCALAR else build["context"]
    folder = join(folder_of(file), context.text or ".")
    ports = tuple(port for one in service["ports"].children() if (port := _port(one)))
    words = service["command"] or service["entrypoint"]
    if words and not words.is_null:
        found = (
            commands(words.text)
            if words.kind is Kind.SCALAR
            else [strip(tuple(expand(one.text, {}) for one in words.items))]
        )
        for command in found:
            if command:
                yield Start(command, folder, Place(file, words.line), score, key.text, ports)
        return
    if not build:
        return
    dockerfile = join(folder, build["dockerfile"].text or "Dockerfile")
    for start in starts_of(project, dockerfile, score, build["target"].text):
        yield replace(start, folder=folder, service=key.text, ports=ports or start.ports)


def _port(node: Node) -> int | None:
    """Return the container's side of a published port."""
    text = node["target"].text if node.kind is Kind.MAPPING else expand(node.text, {})
    return port_in(text.partition("/")[0])


START = _starts
