"""All Python of a project: which files are read, and what their imports lead to."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from hatchway.scaffold.facts import Note, Place
from hatchway.scaffold.parsing import parse
from hatchway.scaffold.project import Project, folder_of, join, within
from hatchway.scaffold.source import Source

MOST_BYTES = 800_000
"""Of Python that is parsed whatever it is, the nearest to the root first: some 20,000 lines."""
MOST_BYTES_AT_ALL = 1_200_000
"""With what has a word in it that tells of an application or its settings."""
MOST_FILES = 4_000

ASIDE = frozenset(
    [
        "test",
        "tests",
        "testing",
        "docs",
        "doc",
        "example",
        "examples",
        "benchmarks",
        "benchmark",
        "demo",
        "demos",
        "samples",
        "sample",
        "notebooks",
        "cookbook",
        "migrations",
        "versions",
        "fixtures",
        "vendor",
        "vendored",
        "_vendor",
        "third_party",
        "templates",
        "project_template",
        "project_templates",
        "app_template",
        "e2e",
    ]
)
"""Folders whose Python belongs to no service, unless there is no other."""
_ASIDE_FILE = re.compile(
    r"(test_.*|.*_tests?|tests?|conftest|setup|noxfile|fabfile|hatch_build|locustfile)\.py"
)
_MOST_MEMBERS = 50
_TELLING = re.compile(
    rb"\b(?:Flask|FastAPI|Starlette|Litestar|Quart|Sanic|Celery|Dash|APIRouter|Blueprint|environ|getenv|"
    rb"falcon|streamlit|get_[aw]sgi_application|INSTALLED_APPS|DJANGO_SETTINGS_MODULE|BaseSettings)\b"
)


@dataclass(frozen=True)
class Code:
    """The Python files of a project, parsed."""

    project: Project
    sources: dict[str, Source]
    """By file, the nearest to the root first."""
    notes: tuple[Note, ...]
    _found: dict[tuple[str, str], tuple[str, str] | None] = field(
        default_factory=dict, repr=False, compare=False
    )
    _roots_of: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _homes: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False, compare=False)

    def find(self, source: Source, dotted: str) -> tuple[str, str] | None:
        """Return the file of this project that a dotted name leads to, and what is left of the name.

        `shop.web.app` is `("src/shop/web.py", "app")`; None: it is not of this project.
        """
        if dotted.startswith("."):
            return self._find_relative(source.file, dotted)
        key = (folder_of(source.file), dotted)
        if key not in self._found:
            names = dotted.split(".")
            followed = (self._follow(folder, names) for folder in self._roots(key[0]))
            self._found[key] = next((found for found in followed if found), None)
        return self._found[key]

    def settle(self, source: Source, dotted: str) -> tuple[str, str] | None:
        """Return file and name where something was made, through modules that only hand it on."""
        found = (
            (source.file, dotted)
            if "." not in dotted and dotted not in source.names
            else self.find(source, dotted)
        )
        for _ in range(6):
            if not found:
                return None
            file, name = found
            inner = self.sources.get(file)
            if inner is None or not name or name.partition(".")[0] not in inner.names:
                return found
            head, dot, rest = name.partition(".")
            found = self.find(inner, inner.names[head] + dot + rest) or found
            if found == (file, name):
                return found
        return found

    def home(self, file: str) -> tuple[str, str]:
        """Return the folder to start in so that a file can be imported, and its dotted name from there."""
        if file not in self._homes:
            folder = self._home_folder(file)
            path = within(file, folder).removesuffix(".py").removesuffix("/__init__")
            self._homes[file] = folder, path.replace("/", ".")
        return self._homes[file]

    def _home_folder(self, file: str) -> str:
        tops = [file, *_ancestors(file)]
        votes = [(self._votes[top], top) for top in tops if top in self._votes]
        if votes:
            return folder_of(max(votes)[1])
        folder = folder_of(file)
        source = self.sources.get(file)
        is_inside = source is not None and any(one.module.startswith(".") for one in source.imports)
        while folder != "." and (is_inside or self.project.has(f"{folder}/__init__.py")):
            folder, is_inside = folder_of(folder), False
        return folder

    @cached_property
    def _votes(self) -> Counter[str]:
        """Return how often each file or folder is imported by its bare name."""
        votes: Counter[str] = Counter()
        for source in self.sources.values():
            for first in {one.module.partition(".")[0] for one in source.imports} - {""}:
                for folder in self._roots(folder_of(source.file)):
                    if (top := self._top(folder, first)) is not None:
                        votes[top] += 1
                        break
        return votes

    def _roots(self, folder: str) -> tuple[str, ...]:
        if folder not in self._roots_of:
            self._roots_of[folder] = tuple(self._roots_for(folder))
        return self._roots_of[folder]

    def _roots_for(self, folder: str) -> Iterator[str]:
        """Yield the folders from which files in a folder may import by bare names, the nearest first."""
        for ancestor in [folder, *_ancestors(folder)] if folder != "." else ["."]:
            # What is a package itself is no folder to import from, but that a script in it may do.
            if ancestor == "." or not self.project.has(f"{ancestor}/__init__.py"):
                yield ancestor
            if (src := join(ancestor, "src")) in self._folders:
                yield src
        yield from self._members

    @cached_property
    def _members(self) -> tuple[str, ...]:
        """Return the `src` of the packages that lie beside each other in one repository."""
        sources = (one for one in self._folders if one.endswith("/src"))
        found = sorted(one for one in sources if self.project.has(f"{folder_of(one)}/pyproject.toml"))
        return tuple(found[:_MOST_MEMBERS])

    def _top(self, folder: str, name: str) -> str | None:
        path = join(folder, name)
        if self.project.has(f"{path}.py"):
            return f"{path}.py"
        return path if path in self._folders else None

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Return the folders that have Python in them or below."""
        return frozenset(
            one for file in self.project.files if file.endswith(".py") for one in _ancestors(file)
        )

    def _follow(self, folder: str, names: list[str]) -> tuple[str, str] | None:
        path = folder
        for number, name in enumerate(names):
            deeper = join(path, name)
            if deeper in self._folders:
                path = deeper
                continue
            if self.project.has(f"{deeper}.py"):
                return f"{deeper}.py", ".".join(names[number + 1 :])
            start = f"{path}/__init__.py"
            return (start, ".".join(names[number:])) if number and self.project.has(start) else None
        start = f"{path}/__init__.py"
        return (start, "") if self.project.has(start) else None

    def _find_relative(self, file: str, dotted: str) -> tuple[str, str] | None:
        name = dotted.lstrip(".")
        folder = folder_of(file)
        for _ in range(len(dotted) - len(name) - 1):
            folder = folder_of(folder)
        if not name:
            start = join(folder, "__init__.py")
            return (start, "") if self.project.has(start) else None
        found = self._follow(folder, name.split("."))
        start = join(folder, "__init__.py")
        return found or ((start, name) if self.project.has(start) else None)


def read_code(project: Project) -> Code:
    """Parse the Python of a project, as much as is needed and bearable."""
    files = [file for file in project.files if file.endswith(".py")]
    chosen = [file for file in files if not is_aside(file)] or files
    # Nearest first already; a folder of tools does not come before the code it is for.
    sources: dict[str, Source] = {}
    broken: list[str] = []
    size = left_out = 0
    for file in chosen[:MOST_FILES]:
        content = project.content(file)
        if size > MOST_BYTES and (size > MOST_BYTES_AT_ALL or not _TELLING.search(content)):
            left_out += 1
            continue
        size += len(content)
        source = parse(file, content)
        if source is None:
            broken.append(file)
        else:
            sources[file] = source
    notes = [
        Note("it is no Python that can be read here, and was left out", Place(file)) for file in broken[:10]
    ]
    left_out += len(chosen[MOST_FILES:])
    if left_out:
        notes.append(Note(f"{left_out} Python files, the farthest from the root, were not read in full"))
    return Code(project, sources, tuple(notes))


def is_aside(file: str) -> bool:
    """Tell whether a file is for tests, documentation and the like, or a template of other files."""
    *folders, name = file.split("/")
    is_off = any(one.startswith("tests_") or one.endswith("_tests") for one in folders)
    return is_off or bool(ASIDE.intersection(folders)) or "{{" in file or bool(_ASIDE_FILE.fullmatch(name))


def _ancestors(path: str) -> list[str]:
    found = []
    while path != ".":
        path = folder_of(path)
        found.append(path)
    return found
