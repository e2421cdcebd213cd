"""pip with requirements files: `requirements.txt`, `requirements/base.txt`."""

from collections.abc import Iterator

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import SURE, Dependency, Manager, Match
from hatchway.scaffold.packaging import PackageManager
from hatchway.scaffold.packaging._requirements import (
    asked_for,
    is_for_developers,
    is_for_production,
    local_in,
    requirements_files,
    taken_in,
)


def _match(code: Code, folder: str) -> Manager | None:
    found = requirements_files(code.project, folder)
    own = [file for file in found if not is_for_developers(file)] or found
    if not own:
        return None
    best = next((file for file in own[1:] if is_for_production(code.project, file, own[0])), own[0])
    files = taken_in(code.project, best)
    dev = tuple(file for file in found if is_for_developers(file) and file not in files)
    match = Match(SURE - 10, f"{best} is there")
    local = local_in(code.project, (*files, *dev))
    return Manager("pip", "", tuple(files), dev, (), bool(local), match, local)


def _dependencies(code: Code, _folder: str, manager: Manager) -> Iterator[Dependency]:
    for file in manager.files:
        yield from asked_for(code.project, file, is_dev=False)
    for file in manager.dev_files:
        yield from asked_for(code.project, file, is_dev=True)


MANAGER = PackageManager(_match, _dependencies)
