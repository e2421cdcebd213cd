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
    Phase,
    Place,
    Port,
    Protocol,
    Python,
    Route,
    Server,
    Suite,
    SystemPackage,
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


def manager(name: str, *files: str, lock: str = "", is_package: bool = False) -> Manager:
    dev = ("requirements-dev.txt",) if name == "pip" else ()
    return Manager(name, lock, files, dev, (), installs_project=is_package, match=TOLD)


MANAGERS = {
    "pip": manager("pip", "requirements/base.txt", "requirements/shared.txt"),
    "pip_tools": manager("pip_tools", "requirements.in", "requirements.txt", lock="requirements.txt"),
    "uv": manager("uv", "pyproject.toml", "uv.lock", lock="uv.lock"),
    "uv without a lock": manager("uv", "pyproject.toml"),
    "uv, a package": manager("uv", "pyproject.toml", "uv.lock", lock="uv.lock", is_package=True),
    "poetry": manager("poetry", "pyproject.toml", "poetry.lock", lock="poetry.lock"),
    "poetry, a package": manager("poetry", "pyproject.toml", is_package=True),
    "pdm": manager("pdm", "pyproject.toml", "pdm.lock", lock="pdm.lock"),
    "pipenv": manager("pipenv", "Pipfile", "Pipfile.lock", lock="Pipfile.lock"),
    "setuptools": manager("setuptools", "pyproject.toml", is_package=True),
    "imports": manager("imports"),
}
ASGI = replace(WEB, framework="fastapi", protocol=Protocol.ASGI, attribute="create_app", is_factory=True)
GRANIAN = replace(
    ASGI,
    server=Server(
        "granian", ("granian", "--interface=asgi", "app:app"), ("--interface=asgi",), "", ".", APP, TOLD
    ),
)
STREAMLIT = replace(
    WEB, framework="streamlit", protocol=Protocol.OWN, module="", attribute="", port=Port(8501, TOLD)
)
SCRIPT = replace(WORKER, framework="script", module="", attribute="")
API = replace(
    PART,
    name="api",
    folder="api",
    applications=(replace(ASGI, name="api", folder="api/src", place=Place("api/src/app.py", 5)),),
    manager=manager("uv", "api/pyproject.toml", "api/uv.lock", lock="api/uv.lock", is_package=True),
    backing=(REDIS,),
    import_roots=("api/src",),
    tests=replace(TESTS, folder="api", paths=("api/tests",)),
)
LIBPQ = SystemPackage("libpq5", Phase.RUN, "psycopg2", TOLD)
COMPILER = SystemPackage("gcc", Phase.BUILD, "psycopg2", TOLD)
STORES = ("redis", "postgresql", "mysql", "mongodb", "rabbitmq", "memcached", "elasticsearch")
PROJECTS = {
    "a web application": project(),
    "everything": RICH,
    "a database in a file": project(migrations=MIGRATIONS),
    "an ASGI factory": project(applications=(ASGI,), dependencies=()),
    "a server of its own": project(applications=(GRANIAN,)),
    "streamlit": project(applications=(STREAMLIT,)),
    "a worker alone": project(applications=(WORKER,)),
    "a script": project(applications=(SCRIPT,)),
    "what is compiled": project(system=(LIBPQ, COMPILER), tests=TESTS),
    "two parts": Facts("shop", (API, replace(PART, backing=(REDIS,), tests=TESTS)), (), (), ()),
    "its own Dockerfile": project(dockerfile="docker/Dockerfile.web"),
    "all stores": project(backing=tuple(Backing(name, "", (), (), TOLD) for name in STORES)),
    "other stores": project(
        backing=(
            Backing("postgresql", "postgis", (), (), TOLD),
            Backing("mysql", "mariadb", (), (), TOLD),
            Backing("elasticsearch", "opensearch", (), (), TOLD),
        )
    ),
    **{
        f"by {name}": project(
            manager=how, tests=TESTS, variables=(SECRET,), dependencies=(dependency("flask"),)
        )
        for name, how in MANAGERS.items()
    },
}
