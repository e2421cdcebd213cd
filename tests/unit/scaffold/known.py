"""Facts of small projects, as detection would state them."""

from dataclasses import replace
from typing import Any

from hatchway.scaffold.facts import (
    SURE,
    Application,
    Backing,
    Carries,
    Clue,
    Dependency,
    Facts,
    Manager,
    Match,
    Migrations,
    Part,
    Place,
    Port,
    Protocol,
    Python,
    Route,
    Suite,
    Variable,
)

TOLD = Match(SURE, "the test says so")
APP = Place("app.py", 5)
NEEDS = Place("requirements.txt", 1)

WEB = Application(
    name="web",
    framework="flask",
    protocol=Protocol.WSGI,
    folder=".",
    module="app",
    attribute="app",
    is_factory=False,
    arguments=(),
    place=APP,
    server=None,
    port=Port(8000, TOLD),
    routes=(Route("/", Place("app.py", 9)),),
    settings="",
    has_schedule=False,
    match=TOLD,
)
WORKER = replace(
    WEB, name="worker", framework="celery", protocol=Protocol.NONE, module="tasks", port=None, routes=()
)
REDIS = Backing("redis", "", (Clue("REDIS_URL", Carries.URL, "redis", "/0"),), (), TOLD)
POSTGRES = Backing("postgresql", "", (Clue("DATABASE_URL", Carries.URL, "postgresql", ""),), (), TOLD)
MIGRATIONS = Migrations("django", ("python", "manage.py", "migrate"), ".", TOLD)
TESTS = Suite("pytest", ("pytest",), ("tests",), ".", TOLD)
SECRET = Variable("SECRET_KEY", None, is_required=True, is_secret=True, place=Place("app.py", 7))


def dependency(name: str) -> Dependency:
    return Dependency(name, name, is_dev=False, is_guessed=False, place=NEEDS)


PIP = Manager("pip", "", ("requirements.txt",), (), (), installs_project=False, match=TOLD)
PART = Part(
    name="shop",
    folder=".",
    python=Python("3.13", "", TOLD),
    manager=PIP,
    dependencies=(dependency("flask"),),
    system=(),
    applications=(WEB,),
    backing=(),
    variables=(),
    static=(),
    migrations=None,
    tests=None,
    import_roots=(".",),
    dockerfile="",
    env_files=(),
    notes=(),
)


def project(**part: Any) -> Facts:
    """A project of one part, which is `PART` but for what is given."""
    return Facts("shop", (replace(PART, **part),), (), (), ())


RICH = project(
    applications=(WEB, replace(WORKER, has_schedule=True)),
    dependencies=(dependency("flask"), dependency("celery"), dependency("gunicorn")),
    backing=(REDIS, POSTGRES),
    variables=(SECRET,),
    migrations=MIGRATIONS,
    tests=TESTS,
)
