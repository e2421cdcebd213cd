"""PDM: `pdm.lock` beside a pyproject.toml."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Dependency, Manager, Place
from hatchway.scaffold.packaging import (
    PackageManager,
    at,
    dependency_of,
    dev_groups,
    locked,
    standard_dependencies,
    table,
    texts,
)
from hatchway.scaffold.project import join


def _match(code: Code, folder: str) -> Manager | None:
    found = locked(code.project, folder, "pdm")
    if found is None:
        return None
    said = table(code.project, folder)
    groups = (*dev_groups(said), *at(said, "tool", "pdm", "dev-dependencies"))
    is_installed = at(said, "tool", "pdm", "distribution") is True
    return Manager("pdm", found[0], found[1], (), groups, is_installed, found[2])


def _dependencies(code: Code, folder: str, _manager: Manager) -> Iterator[Dependency]:
    yield from standard_dependencies(code.project, folder)
    groups = at(table(code.project, folder), "tool", "pdm", "dev-dependencies")
    for requirements in groups.values() if isinstance(groups, dict) else ():
        for requirement in texts(requirements):
            one = dependency_of(requirement, Place(join(folder, "pyproject.toml")), is_dev=True)
            if one is not None:
                yield one


MANAGER = PackageManager(_match, _dependencies)
