"""Requirements files: which a part has, what they take in, and what they ask for."""

import re
from collections.abc import Iterable, Iterator

from hatchway.formats.requirements import lines
from hatchway.scaffold.facts import Dependency, Place
from hatchway.scaffold.packaging import DEV_GROUPS, dependency_of
from hatchway.scaffold.project import Project, folder_of, join, within

_BEST = (
    "requirements.txt",
    "requirements/production.txt",
    "requirements/prod.txt",
    "requirements/base.txt",
    "requirements/requirements.txt",
    "requirements/main.txt",
    "requirements/app.txt",
    "requirements/common.txt",
)
_PRODUCTION = frozenset(("prod", "production", "server", "deploy", "deployment", "docker", "web", "heroku"))
_LOCAL = re.compile(r"(\.[\w./-]*(?:\[[\w, -]*\])?)\s*(?:[;#].*)?$")
_DEEPEST = 5


def requirements_files(project: Project, folder: str) -> list[str]:
    """Return a part's requirements files, the one for production first."""
    found = []
    for file in project.files:
        name = within(file, folder)
        is_own = "/" not in name or re.fullmatch(r"requirements/[^/]+", name)
        if is_own and _is_requirements(name) and (file == name or folder != "."):
            found.append(file)
    return sorted(found, key=lambda file: (_order(within(file, folder)), file))


def _is_requirements(name: str) -> bool:
    if not name.endswith(".txt"):
        return False
    return name.startswith("requirements") or bool(re.fullmatch(r"[\w-]*requirements[\w-]*\.txt", name))


def _order(name: str) -> int:
    return _BEST.index(name) if name in _BEST else len(_BEST) + is_for_developers(name)


def is_for_developers(name: str) -> bool:
    """Tell whether a file's name says that it is for developers only."""
    words = re.split(r"[^a-z]+", name.rpartition("/")[2].lower().removesuffix(".txt"))
    return bool(DEV_GROUPS.intersection(words))


def is_for_production(project: Project, file: str, usual: str) -> bool:
    """Tell whether a file has, by its name, what production needs besides what the usual one asks for."""
    words = re.split(r"[^a-z]+", file.rpartition("/")[2].lower().removesuffix(".txt"))
    return bool(_PRODUCTION.intersection(words)) and usual in taken_in(project, file)


def taken_in(project: Project, file: str, depth: int = _DEEPEST) -> list[str]:
    """Return a requirements file with those that it takes in by `-r` and `-c`, itself first."""
    found = [file]
    for line in project.text(file).splitlines():
        said = re.match(r"\s*(?:-r|-c|--requirement|--constraint)[\s=]*(\S+)", line)
        inner = join(folder_of(file), said[1]) if said else ""
        if inner and project.has(inner) and inner not in found and depth:
            found += [one for one in taken_in(project, inner, depth - 1) if one not in found]
    return found


def local_in(project: Project, files: Iterable[str]) -> tuple[str, ...]:
    """Return what requirements files ask for by its path: `-e .`, `./libs/mail`."""
    asked = (line for file in files for _, line in lines(project.text(file)))
    return tuple(dict.fromkeys(found[1] for line in asked if (found := _LOCAL.match(line))))


def asked_for(project: Project, file: str, *, is_dev: bool) -> Iterator[Dependency]:
    """Yield what one requirements file asks for, without those it takes in."""
    for number, line in lines(project.text(file)):
        one = dependency_of(line, Place(file, number), is_dev=is_dev)
        if one is not None:
            yield one
