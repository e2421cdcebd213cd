"""uv: `uv.lock` beside a pyproject.toml."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Dependency, Manager
from hatchway.scaffold.packaging import (
    PackageManager,
    dev_groups,
    is_package,
    locked,
    standard_dependencies,
    table,
)


def _match(code: Code, folder: str) -> Manager | None:
    found = locked(code.project, folder, "uv")
    if found is None:
        return None
    lock, files, match = found
    groups = dev_groups(table(code.project, folder))
    return Manager("uv", lock, files, (), groups, is_package(code.project, folder), match)


def _dependencies(code: Code, folder: str, _manager: Manager) -> Iterator[Dependency]:
    yield from standard_dependencies(code.project, folder)


MANAGER = PackageManager(_match, _dependencies)
