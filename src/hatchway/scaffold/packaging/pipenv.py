"""Pipenv: a Pipfile, and `Pipfile.lock`."""

from collections.abc import Iterator

from hatchway.formats.requirements import normal
from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import LIKELY, SURE, Dependency, Manager, Match, Place
from hatchway.scaffold.packaging import PackageManager, at, table
from hatchway.scaffold.project import join


def _match(code: Code, folder: str) -> Manager | None:
    file, lock = join(folder, "Pipfile"), join(folder, "Pipfile.lock")
    if not code.project.has(file):
        return None
    has_lock = code.project.has(lock)
    match = Match(SURE if has_lock else LIKELY + 15, f"{lock if has_lock else file} is there")
    groups = ("dev-packages",) if at(table(code.project, folder, "Pipfile"), "dev-packages") else ()
    files = (file, lock) if has_lock else (file,)
    return Manager("pipenv", lock if has_lock else "", files, (), groups, installs_project=False, match=match)


def _dependencies(code: Code, folder: str, _manager: Manager) -> Iterator[Dependency]:
    said = table(code.project, folder, "Pipfile")
    file = join(folder, "Pipfile")
    lines = code.project.text(file).splitlines()
    for section, is_dev in (("packages", False), ("dev-packages", True)):
        wanted = at(said, section)
        for name, version in wanted.items() if isinstance(wanted, dict) else ():
            line = next((n for n, one in enumerate(lines, start=1) if one.strip('" ').startswith(name)), 0)
            told = version if isinstance(version, str) else at(version, "version") or ""
            extras = ",".join(str(one) for one in at(version, "extras") or ())
            requirement = f"{name}{f'[{extras}]' if extras else ''}{'' if told == '*' else told}"
            yield Dependency(normal(name), requirement, is_dev, is_guessed=False, place=Place(file, line))


MANAGER = PackageManager(_match, _dependencies)
