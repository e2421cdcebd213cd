"""uv: `uv.lock` beside a pyproject.toml."""

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import Dependency, Manager
from hatchway.scaffold.packaging import (
    PackageManager,
    at,
    dev_groups,
    is_package,
    locked,
    standard_dependencies,
    table,
    texts,
)
from hatchway.scaffold.project import Project, folder_of, is_within, join, within

_FILE = "pyproject.toml"


def _match(code: Code, folder: str) -> Manager | None:
    found = locked(code.project, folder, "uv")
    if found is None:
        return None
    lock, files, match = found
    groups = dev_groups(table(code.project, folder))
    members = list(_members(code.project, folder))
    files += tuple(join(member, _FILE) for member in members)
    installs = any(is_package(code.project, one) for one in (folder, *members))
    return Manager("uv", lock, files, (), groups, installs, match)


def _members(project: Project, folder: str) -> Iterator[str]:
    """Yield the folders of a workspace besides its root."""
    workspace = at(table(project, folder), "tool", "uv", "workspace")
    wanted, unwanted = texts(at(workspace, "members")), texts(at(workspace, "exclude"))
    for file in project.named(_FILE):
        member = folder_of(file)
        if member == folder or not is_within(file, folder):
            continue
        path = within(member, folder)
        if any(_fits(path, one) for one in wanted) and not any(_fits(path, one) for one in unwanted):
            yield member


def _fits(path: str, pattern: str) -> bool:
    pattern = posixpath.normpath(pattern)
    # To fnmatch, a star stands for folders, too.
    return fnmatchcase(path, pattern) and ("**" in pattern or path.count("/") == pattern.count("/"))


def _dependencies(code: Code, folder: str, _manager: Manager) -> Iterator[Dependency]:
    for one in (folder, *_members(code.project, folder)):
        yield from standard_dependencies(code.project, one)


MANAGER = PackageManager(_match, _dependencies)
