"""What stands round the applications of a part: database files, migrations, tests."""

import re
from collections.abc import Iterable

from hatchway.scaffold.code import Code
from hatchway.scaffold.facts import (
    LIKELY,
    SURE,
    Application,
    Dependency,
    Match,
    Migrations,
    Place,
    Suite,
    Variable,
)
from hatchway.scaffold.frameworks.django import command_of, has_manager, settings_files
from hatchway.scaffold.packaging import at, table
from hatchway.scaffold.project import folder_of, is_within, join, within
from hatchway.scaffold.source import argument

_FILE = re.compile(r"sqlite(?:\+\w+)?:///(?!/|:memory:|file:)[^?{%]+")
_OPENS = ("sqlite3.connect", "aiosqlite.connect", "peewee.SqliteDatabase", "sqlite_utils.Database")


def find_database_file(code: Code, folder: str, variables: Iterable[Variable]) -> Place | None:
    """Return where the code of a folder names a database in a file beside it; None: nowhere."""
    changed = {one.default for one in variables}
    for source in code.sources.values():
        if not is_within(source.file, folder):
            continue
        for one in source.texts:
            if str(one.value) not in changed and _FILE.fullmatch(str(one.value)):
                return Place(source.file, one.lineno)
        for call in source.calls:
            path = source.text(argument(call.node, 0, "database")) if call.name in _OPENS else None
            if path and path not in changed and not path.startswith(("/", ":memory:", "file:")):
                return Place(source.file, call.node.lineno)
    return None


def find_migrations(code: Code, folder: str, applications: Iterable[Application]) -> Migrations | None:
    """Return what brings the database of a part up to date."""
    for one in applications:
        if one.framework == "django" and _has_database(code, one):
            command = command_of(code, one.folder, one.settings, "migrate", "--noinput")
            because = f"{one.place} is Django's, with a database"
            if has_manager(code, one.folder):
                because = f"{join(one.folder, 'manage.py')} is there"
            return Migrations("django", command, one.folder, Match(SURE, because))
    flask = next((one for one in applications if one.framework == "flask"), None)
    for file in code.project.named("alembic.ini"):
        if not is_within(file, folder):
            continue
        own = folder_of(file)
        if own.rpartition("/")[2] == "migrations" and flask is not None:
            command = ("flask", "--app", flask.spec.removesuffix("()"), "db", "upgrade")
            return Migrations("flask-migrate", command, flask.folder, Match(SURE, f"{file} is there"))
        return Migrations("alembic", ("alembic", "upgrade", "head"), own, Match(SURE, f"{file} is there"))
    if "aerich" in code.project.text(join(folder, "pyproject.toml")):
        because = f"{join(folder, 'pyproject.toml')} has [tool.aerich]"
        return Migrations("aerich", ("aerich", "upgrade"), folder, Match(LIKELY, because))
    return None


def _has_database(code: Code, application: Application) -> bool:
    """Tell whether Django's settings know a database, or are not found."""
    files = settings_files(code, application.settings, application.folder) if application.settings else []
    return not files or any("DATABASES" in code.project.text(file) for file in files)


_TEST = re.compile(r"(?:test_.*|.*_test|tests)\.py")


def find_suite(
    code: Code, folder: str, dependencies: Iterable[Dependency], applications: Iterable[Application]
) -> Suite | None:
    """Return the tests of a part and how they are run."""
    project = code.project
    tests = [
        file for file in project.files if is_within(file, folder) and _TEST.fullmatch(file.rpartition("/")[2])
    ]
    if not tests:
        return None
    paths = tuple(sorted({_top(within(file, folder), folder) for file in tests}))
    told = _told_pytest(code, folder)
    asked = next((one for one in dependencies if one.name.startswith("pytest")), None)
    if told or asked is not None:
        because = told or f"{asked.place} asks for {asked.name}" if asked else told
        return Suite("pytest", ("python", "-m", "pytest"), paths, folder, Match(SURE, because))
    django = next((one for one in applications if one.framework == "django"), None)
    if django is not None and has_manager(code, django.folder):
        because = f"{tests[0]} is there, and manage.py"
        return Suite("django", ("python", "manage.py", "test"), paths, django.folder, Match(LIKELY, because))
    if any(
        _uses(project.content(file), b"pytest") or not _uses(project.content(file), b"unittest")
        for file in tests[:20]
    ):
        return Suite(
            "pytest", ("python", "-m", "pytest"), paths, folder, Match(LIKELY, f"{tests[0]} is there")
        )
    command = ("python", "-m", "unittest", "discover")
    return Suite("unittest", command, paths, folder, Match(LIKELY, f"{tests[0]} uses unittest"))


def _told_pytest(code: Code, folder: str) -> str:
    if at(table(code.project, folder), "tool", "pytest"):
        return f"{join(folder, 'pyproject.toml')} has [tool.pytest]"
    for name, mark in (("pytest.ini", "[pytest]"), ("tox.ini", "[pytest]"), ("setup.cfg", "[tool:pytest]")):
        if mark in code.project.text(join(folder, name)):
            return f"{join(folder, name)} has {mark}"
    return ""


def _top(path: str, folder: str) -> str:
    """Return the folder named for tests that a file lies in, else the file."""
    parts = path.split("/")
    for number, part in enumerate(parts[:-1]):
        if part in ("tests", "test"):
            return join(folder, "/".join(parts[: number + 1]))
    return join(folder, path)


def _uses(content: bytes, name: bytes) -> bool:
    return re.search(rb"^\s*(?:import|from)\s+" + name, content, re.MULTILINE) is not None
