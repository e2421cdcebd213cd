"""Facts of a project out of its files: each is known by its name, opened once, and read by its parser."""

import contextlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from hatchway.doctor.facts import (
    Broken,
    Dockerfile,
    Facts,
    Ini,
    Requirement,
    Script,
    Source,
)
from hatchway.doctor.reading import requirements
from hatchway.doctor.reading.docker import NOBODY, Docker, DockersView
from hatchway.doctor.reading.source import is_telling, read_source
from hatchway.doctor.reading.trees import read_json
from hatchway.doctor.reading.walk import read, walk
from hatchway.doctor.services import Material, services_of
from hatchway.doctor.stacks import complained_of, named_files, stacks_of, taken_by_default
from hatchway.formats import dockerfile as dockerfiles
from hatchway.formats import ini as inis
from hatchway.formats import yaml
from hatchway.formats.tree import Complaint, Kind, Node

COMPOSE = re.compile(r"(docker-)?compose([.-][\w.-]+)?\.ya?ml")
_DOCKERFILE = re.compile(
    r"(Dockerfile|Containerfile)([.-](?!dockerignore$)[\w.-]+)?|[\w.-]+\.(Dockerfile|dockerfile)"
)
_INI = re.compile(
    r"(uwsgi[\w.-]*|[\w.-]*uwsgi)\.ini|supervisord?[\w.-]*\.(conf|ini)|pytest\.ini|tox\.ini|setup\.cfg"
)
_ENV = re.compile(r"\.env([.-][\w.-]+)?|[\w.-]+\.env")
_TEXT = re.compile(
    r"README(\.\w+)?|Makefile|Procfile|[\w.-]+\.sh|[\w-]*entrypoint[\w-]*(\.\w*sh)?|\.gitlab-ci\.yml|hatchway\.toml"
)
_TREES = {
    ".vscode/launch.json": "launches",
    ".vscode/tasks.json": "tasks",
    ".vscode/settings.json": "settings",
    "devcontainer.json": "devcontainers",
    ".devcontainer.json": "devcontainers",
    ".vimspector.json": "vimspectors",
}
_MOST_MANIFESTS = 200
_MOST_TEXTS = 400
_MOST_FOLLOWED = 100
"""Compose files that are only there to be included or extended."""
_NO_TEXTS = re.compile(r"[.-](sample|example|template|dist|j2|jinja2?|tmpl)\b")


@dataclass
class _Shelf:
    """What has been read so far."""

    dockerfiles: list[Dockerfile] = field(default_factory=list)
    compose: dict[str, Node] = field(default_factory=dict)
    followed: dict[str, Node] = field(default_factory=dict)
    """Compose files of other names, which compose files include or extend."""
    inis: list[Ini] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)
    env_files: dict[str, dict[str, tuple[str, int]]] = field(default_factory=dict)
    trees: dict[str, list[Node]] = field(default_factory=dict)
    manifests: list[Node] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)


def read_facts(
    root: Path,
    today: date,
    *,
    excluded: frozenset[str] = frozenset(),
    environ: Mapping[str, str] | None = None,
    docker: Docker = NOBODY,
) -> Facts:
    """Return what the files of a project tell. Never raises for what is in them.

    `docker` is asked what it makes of the compose files, if there are any at the project's root, and what
    the images say that are begun with.
    """
    shelf = _Shelf()
    names = frozenset(walk(root, excluded))
    for path in sorted(names):
        name = path.rpartition("/")[2]
        reader = _reader_of(path, name)
        if reader is None:
            continue
        try:
            data = read(root, path)
        except OSError as error:
            if reader is not _python and reader is not _manifest:
                shelf.broken.append(Broken(path, f"it cannot be read: {error.strerror or error}"))
            continue
        reader(shelf, path, data)
    _follow(shelf, root, names)
    shelf.dockerfiles = [_ignoring(one, names) for one in shelf.dockerfiles]
    stacks = tuple(stacks_of(shelf.compose, shelf.followed))
    taken = taken_by_default(stacks)
    view = docker.view(root) if taken else DockersView()
    if taken and view.file in taken.files:
        place = complained_of(shelf.compose[view.file], view.complaint)
        shelf.broken.append(Broken(view.file, f"Compose: {view.complaint}", place.line, place.column))
    told = {taken.files[-1]: view.services} if taken else {}
    procfiles = {path: lines for path, lines in shelf.texts.items() if path.rpartition("/")[2] == "Procfile"}
    material = Material(
        shelf.dockerfiles, shelf.inis, shelf.sources, shelf.env_files, told, procfiles=procfiles
    )
    services = tuple(services_of(stacks, material))
    here = docker.images({one.image for one in services if one.image})
    if here:
        services = tuple(services_of(stacks, replace(material, images=here)))
    return Facts(
        today=today,
        dockerfiles=tuple(shelf.dockerfiles),
        stacks=stacks,
        services=services,
        sources=tuple(shelf.sources),
        requirements=tuple(shelf.requirements),
        inis=tuple(shelf.inis),
        scripts=tuple(shelf.scripts),
        launches=tuple(shelf.trees.get("launches", ())),
        tasks=tuple(shelf.trees.get("tasks", ())),
        devcontainers=tuple(shelf.trees.get("devcontainers", ())),
        settings=tuple(shelf.trees.get("settings", ())),
        vimspectors=tuple(shelf.trees.get("vimspectors", ())),
        manifests=tuple(shelf.manifests),
        env_files=shelf.env_files,
        names=names,
        texts=shelf.texts,
        broken=tuple(shelf.broken),
        docker_host=(environ or {}).get("DOCKER_HOST", ""),
        images=here,
        is_dockers_view=bool(view.services),
    )


def _follow(shelf: _Shelf, root: Path, names: frozenset[str]) -> None:
    """Read the files that compose files name, and what those name."""
    waiting = [*shelf.compose.items()]
    for path, node in waiting:
        for other in named_files(path, node):
            is_known = other in shelf.compose or other in shelf.followed
            if other not in names or is_known or len(shelf.followed) >= _MOST_FOLLOWED:
                continue
            with contextlib.suppress(OSError, Complaint):
                shelf.followed[other] = yaml.parse(_decoded(shelf, other, read(root, other)), other)
                waiting.append((other, shelf.followed[other]))


_Reader = Callable[[_Shelf, str, bytes], None]


def _reader_of(path: str, name: str) -> _Reader | None:
    """Return how a file of this name is read; None if it is of no interest."""
    if name.endswith(".py"):
        return _python
    if _NO_TEXTS.search(name):
        # A template of a file is none yet.
        return None
    if any(path == end or path.endswith(f"/{end}") for end in _TREES):
        return _json
    if requirements.is_one(path):
        return _requirements
    return next((reader for pattern, reader in _READERS if pattern.fullmatch(name)), None)


def _decoded(shelf: _Shelf, path: str, data: bytes) -> str:
    """Return the text, with a byte order mark left out; what is no UTF-8 is reported."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        shelf.broken.append(Broken(path, "it is not UTF-8", line))
        text = data.decode("utf-8", errors="replace")
    shelf.texts[path] = tuple(text.splitlines())
    return text


def _compose(shelf: _Shelf, path: str, data: bytes) -> None:
    text = _decoded(shelf, path, data)
    try:
        root = yaml.parse(text, path)
    except Complaint as error:
        shelf.broken.append(Broken(path, error.message, error.line, error.column))
        return
    if root and (
        root.kind is not Kind.MAPPING or (root["services"] and root["services"].kind is not Kind.MAPPING)
    ):
        shelf.broken.append(Broken(path, "`services` is no mapping", root.line, root.column))
        return
    shelf.compose[path] = root


def _dockerfile(shelf: _Shelf, path: str, data: bytes) -> None:
    parsed = dockerfiles.parse(_decoded(shelf, path, data))
    shelf.broken += [Broken(path, fault.message, fault.line) for fault in parsed.faults]
    shelf.dockerfiles.append(Dockerfile(path, shelf.texts[path], parsed))


def _ignoring(one: Dockerfile, names: frozenset[str]) -> Dockerfile:
    """Return a Dockerfile that knows of its `.dockerignore`: its own, the one beside it, or at the root."""
    folder = one.path.rpartition("/")[0]
    beside = f"{folder}/.dockerignore" if folder else ".dockerignore"
    has_ignore = bool({f"{one.path}.dockerignore", beside, ".dockerignore"} & names)
    return Dockerfile(one.path, one.lines, one.parsed, has_ignore)


def _python(shelf: _Shelf, path: str, data: bytes) -> None:
    is_settings = path.endswith((".conf.py", "gunicorn_conf.py", "gunicorn.py", "gunicorn_config.py"))
    if not is_settings and not is_telling(data):
        return
    try:
        shelf.sources.append(read_source(path, data.decode("utf-8-sig")))
        shelf.texts[path] = tuple(data.decode("utf-8-sig").splitlines())
    except (SyntaxError, ValueError):
        # Python 2, a template, a test of a parser: none of ours.
        return


def _json(shelf: _Shelf, path: str, data: bytes) -> None:
    kind = next(kind for end, kind in _TREES.items() if path == end or path.endswith(f"/{end}"))
    try:
        shelf.trees.setdefault(kind, []).append(read_json(_decoded(shelf, path, data), path))
    except Complaint as error:
        shelf.broken.append(Broken(path, error.message, error.line, error.column))


def _ini(shelf: _Shelf, path: str, data: bytes) -> None:
    shelf.inis.append(Ini(path, tuple(inis.parse(_decoded(shelf, path, data)))))


def _env(shelf: _Shelf, path: str, data: bytes) -> None:
    told = {}
    for number, line in enumerate(_decoded(shelf, path, data).splitlines(), start=1):
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            told[name.strip()] = value.strip().strip("'\""), number
    shelf.env_files[path] = told


def _requirements(shelf: _Shelf, path: str, data: bytes) -> None:
    shelf.requirements += requirements.parse(path, _decoded(shelf, path, data))


def _text(shelf: _Shelf, path: str, data: bytes) -> None:
    if len(shelf.texts) < _MOST_TEXTS:
        # In what encoding a README is written is no affair of ours.
        text = data.decode("utf-8-sig", errors="replace")
        shelf.texts[path] = tuple(text.splitlines())
        if text.startswith("#!"):
            shelf.scripts.append(Script(path, shelf.texts[path]))


def _manifest(shelf: _Shelf, path: str, data: bytes) -> None:
    if b"\nkind:" not in data and not data.startswith(b"kind:"):
        return
    if b"{{" in data or len(shelf.manifests) >= _MOST_MANIFESTS:
        # A template of Helm's is no YAML yet.
        return
    try:
        found = yaml.documents(data.decode("utf-8-sig"), path)
    except (Complaint, UnicodeDecodeError):
        return
    shelf.manifests += found
    shelf.texts[path] = tuple(data.decode("utf-8-sig").splitlines())


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (COMPOSE, _compose),
    (_DOCKERFILE, _dockerfile),
    (_INI, _ini),
    (_ENV, _env),
    (_TEXT, _text),
    (re.compile(r".*\.ya?ml"), _manifest),
)
"""By name; the first that fits."""
