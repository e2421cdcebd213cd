"""A package without a lock: `[project]` of a pyproject.toml, `setup.cfg`, `setup.py`."""

import ast
from collections.abc import Iterator

from hatchway.formats import ini
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, Dependency, Manager, Match, Place
from hatchway.scaffold.packaging import (
    DEV_GROUPS,
    PackageManager,
    at,
    dependency_of,
    dev_groups,
    is_package,
    standard_dependencies,
    table,
)
from hatchway.scaffold.parsing import parse
from hatchway.scaffold.project import join
from hatchway.scaffold.source import Source, keyword

_FILES = ("pyproject.toml", "setup.cfg", "setup.py")


def _match(code: Code, folder: str) -> Manager | None:
    project = code.project
    said = table(project, folder)
    setup = join(folder, "setup.py")
    config = join(folder, "setup.cfg")
    has_config = any(one.section.startswith("options") for one in ini.parse(project.text(config)))
    if not (at(said, "project") or has_config or project.has(setup)):
        return None
    files = tuple(join(folder, name) for name in _FILES if project.has(join(folder, name)))
    installs = is_package(project, folder) or has_config or project.has(setup)
    told = files[0] if at(said, "project") else config if has_config else setup
    # Requirements beside it are mostly what it is deployed with.
    match = Match(LIKELY + 10, f"{told} names dependencies")
    ordered = (told, *(one for one in files if one != told))
    return Manager("setuptools", "", ordered, (), _dev_groups(code, folder), installs, match)


def _dev_groups(code: Code, folder: str) -> tuple[str, ...]:
    entries = ini.parse(code.project.text(join(folder, "setup.cfg")))
    extras = [one.name for one in entries if one.section == "options.extras_require"]
    extras += [name for name, _ in _lists_of(code, join(folder, "setup.py")) if name]
    return (*dev_groups(table(code.project, folder)), *(one for one in extras if one.lower() in DEV_GROUPS))


def _dependencies(code: Code, folder: str, _manager: Manager) -> Iterator[Dependency]:
    yield from standard_dependencies(code.project, folder)
    yield from _of_config(code, join(folder, "setup.cfg"))
    yield from _of_script(code, join(folder, "setup.py"))


def _of_config(code: Code, file: str) -> Iterator[Dependency]:
    for one in ini.parse(code.project.text(file)):
        is_extra = one.section == "options.extras_require" and one.name.lower() in DEV_GROUPS
        if is_extra or (one.section == "options" and one.name == "install_requires"):
            for line in one.value.splitlines():
                found = dependency_of(line, Place(file, one.line), is_dev=is_extra) if line else None
                if found is not None:
                    yield found


def _of_script(code: Code, file: str) -> Iterator[Dependency]:
    for name, asked in _lists_of(code, file):
        for one in asked.elts if isinstance(asked, (ast.List, ast.Tuple)) else ():
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                found = dependency_of(one.value, Place(file, one.lineno), is_dev=bool(name))
                if found is not None:
                    yield found


def _lists_of(code: Code, file: str) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield what setup.py asks for: of no extra, and of those for developers, by their names."""
    source = parse(file, code.project.content(file))
    for call in source.calls if source else ():
        if source is None:
            return
        yield "", _value(source, keyword(call.node, "install_requires"))
        extras = _value(source, keyword(call.node, "extras_require"))
        if isinstance(extras, ast.Dict):
            for key, value in zip(extras.keys, extras.values, strict=True):
                name = source.text(key) or ""
                if name.lower() in DEV_GROUPS:
                    yield name, _value(source, value)


def _value(source: Source, node: ast.expr | None) -> ast.expr | None:
    return source.values.get(node.id) if isinstance(node, ast.Name) else node


MANAGER = PackageManager(_match, _dependencies)
