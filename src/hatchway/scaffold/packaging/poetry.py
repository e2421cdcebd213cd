"""Poetry: `[tool.poetry]` or `poetry.lock`."""

from collections.abc import Iterator
from typing import Any

from hatchway.formats.requirements import normal
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, SURE, Dependency, Manager, Match, Place
from hatchway.scaffold.packaging import (
    DEV_GROUPS,
    PackageManager,
    at,
    dev_groups,
    locked,
    standard_dependencies,
    table,
)
from hatchway.scaffold.project import join


def _match(code: Code, folder: str) -> Manager | None:
    found = locked(code.project, folder, "poetry")
    said = table(code.project, folder)
    if found is None and "poetry" in str(at(said, "build-system", "build-backend")):
        file = join(folder, "pyproject.toml")
        found = "", (file,), Match(LIKELY, f"{file} is built by Poetry")
    if found is None:
        return None
    lock, files, match = found
    tool = at(said, "tool", "poetry")
    if not lock and at(tool, "dependencies"):
        match = Match(SURE - 5, f"{files[0]} has [tool.poetry.dependencies]")
    groups = [name for name in at(tool, "group") if name.lower() in DEV_GROUPS]
    if at(tool, "dev-dependencies"):
        groups.append("dev")
    installs = at(tool, "package-mode") is not False and _has_package(code, folder, said)
    every = tuple(dict.fromkeys((*groups, *dev_groups(said))))
    return Manager("poetry", lock, files, (), every, installs, match)


def _has_package(code: Code, folder: str, said: dict[str, Any]) -> bool:
    """Tell whether the package that Poetry would install is there at all."""
    name = at(said, "tool", "poetry", "name") or at(said, "project", "name")
    stem = str(name or "").replace("-", "_").lower()
    places = (join(folder, stem), join(folder, f"src/{stem}"))
    is_there = any(code.project.has(f"{one}/__init__.py") or code.project.has(f"{one}.py") for one in places)
    return bool(at(said, "tool", "poetry", "packages")) or (bool(stem) and is_there)


def _dependencies(code: Code, folder: str, _manager: Manager) -> Iterator[Dependency]:
    yield from standard_dependencies(code.project, folder)
    tool = at(table(code.project, folder), "tool", "poetry")
    file = join(folder, "pyproject.toml")
    lines = code.project.text(file).splitlines()
    yield from _of(at(tool, "dependencies"), file, lines, is_dev=False)
    yield from _of(at(tool, "dev-dependencies"), file, lines, is_dev=True)
    groups = at(tool, "group")
    for name, group in groups.items() if isinstance(groups, dict) else ():
        is_dev = name.lower() in DEV_GROUPS
        yield from _of(at(group, "dependencies"), file, lines, is_dev=is_dev)


def _of(wanted: Any, file: str, lines: list[str], *, is_dev: bool) -> Iterator[Dependency]:
    for name, said in wanted.items() if isinstance(wanted, dict) else ():
        if name == "python":
            continue
        version = said if isinstance(said, str) else at(said, "version") or ""
        extras = ",".join(str(one) for one in at(said, "extras") or ())
        line = next((number for number, one in enumerate(lines, start=1) if one.strip().startswith(name)), 0)
        requirement = f"{name}{f'[{extras}]' if extras else ''} {version}".strip()
        yield Dependency(normal(name), requirement, is_dev, is_guessed=False, place=Place(file, line))


MANAGER = PackageManager(_match, _dependencies)
