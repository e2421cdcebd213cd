"""The parts of a project: which folders are installed on their own."""

from collections import defaultdict
from collections.abc import Iterable

from hatchway.scaffold.code import Code, is_aside
from hatchway.scaffold.facts import Application
from hatchway.scaffold.packaging import at, table
from hatchway.scaffold.project import folder_of, is_within

_TELLING = ("pyproject.toml", "requirements.txt", "requirements.in", "Pipfile", "setup.py", "setup.cfg")


def split(code: Code, applications: Iterable[Application]) -> dict[str, list[Application]]:
    """Return the folder of each part with its applications, in the order of those."""
    folders = _folders(code)
    found: dict[str, list[Application]] = defaultdict(list)
    for one in applications:
        fitting = [folder for folder in folders if is_within(one.place.file, folder)]
        found[max(fitting, key=len, default=".")].append(one)
    return dict(found)


def _folders(code: Code) -> list[str]:
    """Return the folders that say what they need to be installed."""
    if at(table(code.project, "."), "tool", "uv", "workspace"):
        return ["."]
    found = {"."}
    for file in code.project.named(*_TELLING):
        folder = folder_of(file)
        if not is_aside(file) or folder == ".":
            found.add(folder_of(folder) if folder.rpartition("/")[2] == "requirements" else folder)
    for file in code.project.files:
        folder = folder_of(file)
        if folder.rpartition("/")[2] == "requirements" and file.endswith((".txt", ".in")):
            found.add(folder_of(folder))
    return [folder for folder in found if _asks(code, folder) or folder == "."]


def _asks(code: Code, folder: str) -> bool:
    """Tell whether a folder's files name dependencies, and not the settings of tools alone."""
    said = table(code.project, folder)
    prefix = "" if folder == "." else f"{folder}/"
    return bool(
        at(said, "project")
        or at(said, "tool", "poetry")
        or any(code.project.has(f"{prefix}{name}") for name in _TELLING[1:5])
        or any(is_within(file, f"{prefix}requirements") for file in code.project.files if prefix)
    )
