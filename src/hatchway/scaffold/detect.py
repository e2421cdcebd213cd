"""Reads a project: from a folder to its facts, without running a line of it."""

import contextlib
import gc
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from hatchway.errors import HatchwayError
from hatchway.formats import yaml
from hatchway.formats.tree import Complaint
from hatchway.scaffold import packaging
from hatchway.scaffold.applications import find_applications
from hatchway.scaffold.backings import find_backings
from hatchway.scaffold.code import Code, read_code
from hatchway.scaffold.containers import find_bundled, find_ignored
from hatchway.scaffold.facts import (
    Application,
    Backing,
    Choice,
    Dependency,
    Facts,
    Manager,
    Note,
    Part,
    Place,
    Tie,
)
from hatchway.scaffold.naming import fit
from hatchway.scaffold.packaging import PackageManager
from hatchway.scaffold.packaging.imports import imported
from hatchway.scaffold.parts import split
from hatchway.scaffold.project import is_within, join, open_project
from hatchway.scaffold.python import choose_python
from hatchway.scaffold.starts.compose import compose_files
from hatchway.scaffold.static import find_static
from hatchway.scaffold.surroundings import find_database_file, find_migrations, find_suite
from hatchway.scaffold.system import find_system
from hatchway.scaffold.variables import find_variables
from hatchway_agent.plugins import discover

MANAGERS: dict[str, PackageManager] = discover(packaging, "MANAGER")
_ENV_FILES = (
    ".env",
    ".env.example",
    ".env.sample",
    ".env.template",
    "env.example",
    "example.env",
    ".env.dist",
)
_MOST_UNREAD = 10
_IN_THE_CONTAINER = "this database goes with its container: let a variable say where it lies"


def detect(root: Path, answers: Mapping[str, str] | None = None) -> Facts:
    """Return the facts of the project in a folder.

    `answers` decides ties: question -> answer. Raises `HatchwayError` if the folder cannot be read, has no
    Python in it, or if an answer is none of those that were to choose from.
    """
    with _no_collection():
        project = open_project(root)
        code = read_code(project)
        if not any(file.endswith(".py") for file in project.files):
            msg = f"there is no Python in {root}"
            raise HatchwayError(msg, "call `hatchway init` in the folder of your project")
        reading = _Reading(code, dict(answers or {}))
        facts = reading.facts(fit(root.resolve().name))
        reading.refuse_unknown_answers()
        return facts


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Have nobody look for cycles: a tree of code has none, and it took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Reading:
    """Reads the parts one after the other, and gathers what is asked and noted on the way."""

    def __init__(self, code: Code, answers: dict[str, str]) -> None:
        self._code = code
        self._answers = answers
        self._asked: list[Tie] = []
        self._ties: list[Tie] = []

    def facts(self, name: str) -> Facts:
        """Return all of it."""
        code = self._code
        found = find_applications(code, self._answers)
        for tie in found.ties:
            self._ask(tie)
        parts = [
            self._part(name, folder, applications)
            for folder, applications in (split(code, found.applications) or {".": []}).items()
        ]
        none = Note("nothing here looks like an application, or like a program to run")
        nothing = () if found.applications else (none,)
        notes = (*nothing, *code.project.notes, *code.notes, *_unreadable(code), *found.notes)
        return Facts(name, tuple(parts), compose_files(code.project), tuple(self._ties), notes)

    def refuse_unknown_answers(self) -> None:
        """Raise for an answer to a question that was not asked, or that was not to choose from."""
        for question, answer in self._answers.items():
            tie = next((one for one in self._asked if one.question == question), None)
            if tie is None:
                asked = ", ".join(f"`{one.question}`" for one in self._asked)
                msg = f"nothing is to be decided about `{question}`"
                raise HatchwayError(msg, f"asked is for {asked}" if asked else "leave the answer out")
            if answer not in [one.answer for one in tie.choices]:
                msg = f"`{answer}` is no answer to `{question}`"
                raise HatchwayError(msg, f"choose one of {', '.join(one.answer for one in tie.choices)}")

    def _ask(self, tie: Tie) -> str:
        """Return the answer to a question; without one, the first is taken and the tie kept."""
        self._asked.append(tie)
        if tie.question in self._answers:
            return self._answers[tie.question]
        self._ties.append(tie)
        return tie.choices[0].answer

    def _part(self, project: str, folder: str, applications: list[Application]) -> Part:
        code = self._code
        name = project if folder == "." else fit(folder.rpartition("/")[2])
        notes: list[Note] = []
        manager = self._manager(name, folder)
        dependencies = self._dependencies(folder, manager, notes)
        chosen = choose_python(code, folder, name)
        python = chosen.python
        for tie in chosen.ties:
            python = replace(python, version=self._ask(tie))
        notes += chosen.notes
        variables = find_variables(code, folder)
        backing = find_backings(code, folder, dependencies, variables)
        _note_fixed(backing, notes)
        _note_arguments(applications, notes)
        uses_gis = any(one.flavour == "postgis" for one in backing) and any(
            one.name == "django" for one in dependencies
        )
        database_file = find_database_file(code, folder, variables)
        if database_file and not backing:
            notes.append(Note(_IN_THE_CONTAINER, database_file))
        dockerfile = _first(code, folder, ("Dockerfile", "Containerfile", "docker/Dockerfile"))
        return Part(
            name=name,
            folder=folder,
            python=python,
            manager=manager,
            dependencies=tuple(dependencies),
            system=tuple(find_system(dependencies, uses_gis=uses_gis)),
            applications=tuple(applications),
            backing=tuple(backing),
            variables=tuple(variables),
            static=tuple(find_static(code, applications)),
            migrations=find_migrations(code, folder, applications),
            tests=find_suite(code, folder, dependencies, applications),
            import_roots=_import_roots(code, folder, applications),
            dockerfile=dockerfile,
            env_files=tuple(file for one in _ENV_FILES if code.project.has(file := join(folder, one))),
            notes=tuple(notes),
            ignored=find_ignored(code.project, folder, manager, applications),
            database_file=database_file,
            bundled=find_bundled(code.project, dockerfile, applications),
        )

    def _manager(self, name: str, folder: str) -> Manager:
        found = [one for manager in MANAGERS.values() if (one := manager.match(self._code, folder))]
        best = max(one.match.score for one in found)
        equal = [one for one in found if one.match.score == best]
        if len(equal) == 1:
            return equal[0]
        tie = Tie(f"manager of {name}", tuple(Choice(one.name, one.match) for one in equal))
        answer = self._ask(tie)
        return next((one for one in equal if one.name == answer), equal[0])

    def _dependencies(self, folder: str, manager: Manager, notes: list[Note]) -> list[Dependency]:
        found: dict[tuple[str, bool], Dependency] = {}
        for one in MANAGERS[manager.name].dependencies(self._code, folder, manager):
            found.setdefault((one.name, one.is_dev), one)
        notes.extend(
            Note(f"{one.name} is guessed from this import: no file asks for it", one.place)
            for one in found.values()
            if one.is_guessed
        )
        # A file that names some may have forgotten others.
        named = {name for name, _ in found}
        if manager.name != "imports" and named:
            told = self._code.project.text(manager.files[0]).lower()  # with its extras
            notes.extend(
                Note(f"it imports {one.name}, which {manager.files[0]} does not name", one.place)
                for one in imported(self._code, folder)
                if one.name not in _BROUGHT_ALONG and one.name not in told and not _is_named(one.name, named)
            )
        return list(found.values())


_BROUGHT_ALONG = frozenset(
    [
        "werkzeug",
        "jinja2",
        "markupsafe",
        "click",
        "itsdangerous",
        "starlette",
        "pydantic",
        "pydantic-core",
        "anyio",
        "urllib3",
        "certifi",
        "setuptools",
        "kombu",
        "billiard",
        "vine",
        "typing-extensions",
        "packaging",
        "numpy",
        "dateutil",
        "python-dateutil",
        "pytz",
        "asgiref",
        "sqlparse",
        "botocore",
        "google",
        "requests",
        "sqlalchemy",
        "plotly",
        "pandas",
        "attrs",
        "idna",
        "marshmallow",
        "h11",
        "sniffio",
    ]
)
"""What others so often bring along that its absence from a list says nothing."""


def _is_named(name: str, named: Iterable[str]) -> bool:
    plain = name.partition("[")[0].removesuffix("-binary").removesuffix("-headless")
    return any(plain in one or one in plain for one in named)


def _unreadable(code: Code) -> Iterator[Note]:
    """Yield what nothing could be learnt from."""
    for file, why in islice(code.project.unread.items(), _MOST_UNREAD):
        yield Note(f"not read: {why}", Place(file))
    for file in code.project.named("pyproject.toml", "Pipfile"):
        try:
            tomllib.loads(code.project.text(file))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            line = re.search(r"line (\d+)", str(error))
            yield Note("it is no TOML that can be read", Place(file, int(line[1]) if line else 0))
    for file in compose_files(code.project):
        try:
            yaml.parse(code.project.text(file), file)
        except Complaint as complaint:
            yield Note(f"it is no YAML that can be read: {complaint.message}", Place(file, complaint.line))


def _note_fixed(backing: list[Backing], notes: list[Note]) -> None:
    notes.extend(
        Note(f"the address of {one.name} is fixed here: no variable can change it", place)
        for one in backing
        for place in one.places[:3]
    )


def _note_arguments(applications: list[Application], notes: list[Note]) -> None:
    notes.extend(
        Note(f"{one.attribute}() needs {', '.join(one.arguments)}: no server can call it so", one.place)
        for one in applications
        if one.arguments
    )


def _import_roots(code: Code, folder: str, applications: list[Application]) -> tuple[str, ...]:
    roots = [one.folder for one in applications]
    roots += [code.home(file)[0] for file in list(code.sources)[:500] if is_within(file, folder)]
    return tuple(sorted({one for one in roots if is_within(one, folder)}))


def _first(code: Code, folder: str, names: tuple[str, ...]) -> str:
    return next((join(folder, one) for one in names if code.project.has(join(folder, one))), "")
