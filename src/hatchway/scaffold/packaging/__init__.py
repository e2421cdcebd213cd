"""One file per package manager, each exposing MANAGER: whether a part uses it, and what it installs."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hatchway.formats.requirements import asked
from hatchway.scaffold.facts import LIKELY, SURE, Dependency, Match, Place
from hatchway.scaffold.project import Project, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from hatchway.scaffold.code import Code
    from hatchway.scaffold.facts import Manager

DEV_GROUPS = frozenset(
    [
        "dev",
        "develop",
        "development",
        "test",
        "tests",
        "testing",
        "lint",
        "linting",
        "typing",
        "types",
        "docs",
        "doc",
        "ci",
        "tools",
        "qa",
        "local",
        "style",
    ]
)
"""What groups and files are called that hold what only developers need."""


@dataclass(frozen=True, slots=True)
class PackageManager:
    """How one package manager is told and read."""

    match: "Callable[[Code, str], Manager | None]"
    """Given a part's folder."""
    dependencies: "Callable[[Code, str, Manager], Iterator[Dependency]]"


def dependency_of(requirement: str, place: Place, *, is_dev: bool) -> Dependency | None:
    """Return what a requirement asks for; None: it names no distribution."""
    one = asked(requirement)
    return Dependency(one.name, one.text, is_dev, is_guessed=False, place=place) if one else None


def table(project: Project, folder: str, name: str = "pyproject.toml") -> dict[str, Any]:
    """Return a TOML file of a folder; empty if there is none that can be read."""
    try:
        return tomllib.loads(project.text(join(folder, name)))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}


def at(value: Any, *keys: str) -> Any:
    """Return what stands at the end of a path of keys; an empty table if nothing does."""
    for key in keys:
        value = value.get(key, {}) if isinstance(value, dict) else {}
    return value


def texts(value: Any) -> list[str]:
    """Return the texts of a list, whatever else it holds left out."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def standard_dependencies(project: Project, folder: str) -> Iterator[Dependency]:
    """Yield what `[project]` and `[dependency-groups]` of a pyproject.toml ask for."""
    file = join(folder, "pyproject.toml")
    said = table(project, folder)
    lines = project.text(file).splitlines()
    groups = [(texts(at(said, "project", "dependencies")), False)]
    for kind in (at(said, "project", "optional-dependencies"), at(said, "dependency-groups")):
        for name, requirements in kind.items() if isinstance(kind, dict) else ():
            if name.lower() in DEV_GROUPS:
                groups.append((texts(requirements), True))
    groups.append((texts(at(said, "tool", "uv", "dev-dependencies")), True))
    for requirements, is_dev in groups:
        for requirement in requirements:
            place = Place(file, _line_of(lines, requirement))
            if (one := dependency_of(requirement, place, is_dev=is_dev)) is not None:
                yield one


def dev_groups(said: dict[str, Any]) -> tuple[str, ...]:
    """Return the groups and extras of a pyproject.toml that only developers need."""
    kinds = (at(said, "dependency-groups"), at(said, "project", "optional-dependencies"))
    return tuple(
        name for kind in kinds if isinstance(kind, dict) for name in kind if name.lower() in DEV_GROUPS
    )


def is_package(project: Project, folder: str) -> bool:
    """Tell whether a part is itself to be installed: it says how it is built, or has commands of its own."""
    said = table(project, folder)
    return bool(
        at(said, "build-system", "build-backend")
        or at(said, "project", "scripts")
        or at(said, "tool", "uv", "package") is True
    )


def locked(project: Project, folder: str, tool: str) -> tuple[str, tuple[str, ...], Match] | None:
    """Return lock, files and match of a tool with `TOOL.lock` and `[tool.TOOL]`; None: it is not in use."""
    lock, file = join(folder, f"{tool}.lock"), join(folder, "pyproject.toml")
    if not project.has(file):
        return None
    if project.has(lock):
        return lock, (file, lock), Match(SURE, f"{lock} is there")
    if at(table(project, folder), "tool", tool):
        return "", (file,), Match(LIKELY + 15, f"{file} has [tool.{tool}]")
    return None


def _line_of(lines: list[str], text: str) -> int:
    return next((number for number, line in enumerate(lines, start=1) if text in line), 0)
