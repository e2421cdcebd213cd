"""What was learnt about a project: frozen values, each with the match that says how sure and why.

A project has parts; a part is a folder that is installed on its own, hence one image. A part has
applications; an application is what one command starts, hence one service. All paths are relative to the
project's root, with `/` between folders; the root itself is `.`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

SURE = 90
"""The score of what a file says outright."""
LIKELY = 60
"""The score of what the code lets conclude."""
GUESSED = 30
"""The score of what is so in most projects, and of which nothing is said in this one."""


@dataclass(frozen=True, slots=True)
class Match:
    """A detector's reasoned statement about a project. The highest score wins; a tie is asked about."""

    score: int
    """0 to 100; see `SURE`, `LIKELY` and `GUESSED`."""
    because: str
    """What tells it, as the end of a sentence: `uv.lock is there`, `app.py:12 makes Flask(...)`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file; line 0 is the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        """Return `app.py:12`."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence for the person: what was guessed, could not be read, or will not work in a container."""

    text: str
    place: Place | None = None


class Protocol(StrEnum):
    """How a server and an application talk."""

    WSGI = "wsgi"
    ASGI = "asgi"
    OWN = "own"
    """It listens by itself, as Streamlit and Sanic do."""
    NONE = "none"
    """Nobody connects to it: a Celery worker, a script."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path that answers a plain GET: nothing in it is a parameter."""

    path: str
    place: Place
    """Of the first statement of the function that answers it."""


@dataclass(frozen=True, slots=True)
class Server:
    """The app server by which an application is started already."""

    name: str
    """Its program: `gunicorn`, `uvicorn`, `uwsgi`, `waitress-serve`, `celery`, `streamlit`, `python` ..."""
    words: tuple[str, ...]
    """The whole command as it was found, without `exec` and the like. It may name a configuration file."""
    flags: tuple[str, ...]
    """The words without the program, the application and the address to listen on."""
    config: str
    """The server's own configuration file (`gunicorn.conf.py`, `uwsgi.ini`); empty: none."""
    folder: str
    """Where the command is run."""
    place: Place
    match: Match


@dataclass(frozen=True, slots=True)
class Port:
    """The port an application listens on in its container."""

    number: int
    match: Match


@dataclass(frozen=True, slots=True)
class Application:
    """What one command starts."""

    name: str
    """Unique in the project, fit for a service of Compose: `web`, `worker`, the folder or the module."""
    framework: str
    """The module of `scaffold/frameworks/` that found it: `flask`, `django`, `celery`, `script` ..."""
    protocol: Protocol
    folder: str
    """The folder a server must start in, so that `module` can be imported."""
    module: str
    """Dotted, as seen from `folder`: `shop.wsgi`. What is run as a file has none: see `place`."""
    attribute: str
    """The name in that module: `app`, `create_app`, `application`; empty for what is run as a file."""
    is_factory: bool
    """The attribute is a function that makes the application."""
    arguments: tuple[str, ...]
    """The parameters a factory cannot do without: no server can start such an application as it is."""
    place: Place
    """Where the application is made; of what is run as a file, the file."""
    server: Server | None
    """How it is started already; None: nothing says so."""
    port: Port | None
    """None for what nobody connects to."""
    routes: tuple[Route, ...]
    """Those that answer a plain GET, the best for a health check first (`/health`, then `/`, then others)."""
    settings: str
    """Django's settings module; else empty."""
    has_schedule: bool
    """Of Celery: tasks are due at times, so that a `celery beat` must run besides the workers."""
    match: Match

    @property
    def spec(self) -> str:
        """Return what servers are given: `shop.wsgi:application`, `web:create_app()`."""
        return f"{self.module}:{self.attribute}{'()' if self.is_factory else ''}"


@dataclass(frozen=True, slots=True)
class Python:
    """The version to run a part with."""

    version: str
    """`3.13`: the newest that the project allows and that is supported."""
    requires: str
    """What the project itself asks for: `>=3.11,<3.14`; empty: nothing is said."""
    match: Match


@dataclass(frozen=True, slots=True)
class Manager:
    """The package manager: how a part's dependencies are installed."""

    name: str
    """The module of `scaffold/packaging/`: `uv`, `poetry`, `pdm`, `pipenv`, `pip_tools`, `pip`,
    `setuptools`, `imports`."""
    lock: str
    """The lock file; empty: none. Of `pip_tools` it is the compiled file."""
    files: tuple[str, ...]
    """What an installation of the dependencies reads, lock included; the first names the dependencies."""
    dev_files: tuple[str, ...]
    """What it needs besides for tests and tools."""
    dev_groups: tuple[str, ...]
    """The groups or extras that are for tests and tools, as the manager calls them."""
    installs_project: bool
    """The part is itself a package, and to be installed as one (src layout, entry points)."""
    match: Match
    local: tuple[str, ...] = ()
    """What a requirements file asks for by its path: `.`, `.[web]`, `./libs/mail`. It comes with the code."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """A distribution that a part asks for, by its normalised name."""

    name: str
    requirement: str
    """As the file has it, without comment and hashes: `flask[async]>=3`; guessed from an import: the name."""
    is_dev: bool
    is_guessed: bool
    """No file names it: an import does."""
    place: Place


class Phase(StrEnum):
    """When a system package must be there."""

    BUILD = "build"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class SystemPackage:
    """A package of Debian that a dependency needs."""

    name: str
    phase: Phase
    dependency: str
    match: Match


class Carries(StrEnum):
    """What of an address a variable holds."""

    URL = "url"
    HOST = "host"
    PORT = "port"
    ADDRESS = "address"
    """`host:port`."""
    DATABASE = "database"
    USER = "user"
    PASSWORD = "password"  # noqa: S105 - the name of what it holds


@dataclass(frozen=True, slots=True)
class Clue:
    """A variable of the environment by which the code finds a backing service."""

    variable: str
    carries: Carries
    scheme: str
    """Of a URL, with the driver: `postgresql+asyncpg`; else empty."""
    path: str
    """Of a URL, what follows the address: the database, `/1`; empty: nothing is said."""


@dataclass(frozen=True, slots=True)
class Backing:
    """A service that the code talks to and that is not part of the project."""

    name: str
    """The module of `scaffold/backing/`: `redis`, `postgresql`, `mysql`, `mongodb`, `rabbitmq`,
    `memcached`, `elasticsearch`."""
    flavour: str
    """`postgis` of PostgreSQL, `mariadb` of MySQL, `opensearch` of Elasticsearch; else empty."""
    clues: tuple[Clue, ...]
    """Empty: the code has the address written in it, or takes its client's own default."""
    places: tuple[Place, ...]
    """Where its address is fixed in the code: in a container `localhost` is the container itself."""
    match: Match


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment that the code reads."""

    name: str
    default: str | None
    """As the code has it; None: it has none. Empty is a default too."""
    is_required: bool
    """Without it the code fails: `os.environ["NAME"]`, a settings field that has no default."""
    is_secret: bool
    """Its name says so: a default of it is not to be copied to another file."""
    place: Place


@dataclass(frozen=True, slots=True)
class StaticFiles:
    """Files that are served as they are."""

    folder: str
    """Where they lie; of what is collected, where they are collected to."""
    url: str
    command: tuple[str, ...]
    """Django's `collectstatic`, which brings them there, in the project's folder; none: there they lie."""
    match: Match

    @property
    def is_collected(self) -> bool:
        """Tell whether they are to be brought there."""
        return bool(self.command)


@dataclass(frozen=True, slots=True)
class Migrations:
    """What brings a database to the form that the code expects."""

    tool: str
    """`django`, `alembic`, `flask-migrate` or `aerich`."""
    command: tuple[str, ...]
    folder: str
    """Where the command is run."""
    match: Match


@dataclass(frozen=True, slots=True)
class Suite:
    """The tests of a part."""

    runner: str
    """`pytest`, `django` or `unittest`."""
    command: tuple[str, ...]
    paths: tuple[str, ...]
    folder: str
    """Where the command is run."""
    match: Match


@dataclass(frozen=True, slots=True)
class Part:
    """A folder that is installed on its own: one image, one or more services."""

    name: str
    folder: str
    python: Python
    manager: Manager
    dependencies: tuple[Dependency, ...]
    system: tuple[SystemPackage, ...]
    applications: tuple[Application, ...]
    backing: tuple[Backing, ...]
    variables: tuple[Variable, ...]
    static: tuple[StaticFiles, ...]
    migrations: Migrations | None
    tests: Suite | None
    import_roots: tuple[str, ...]
    """The folders whose modules the code imports by their bare names: `.`, `src`."""
    dockerfile: str
    """The Dockerfile that is there already; empty: none."""
    env_files: tuple[str, ...]
    """Files of variables that are there already: `.env`, `.env.example`. Their values are not read."""
    notes: tuple[Note, ...]
    ignored: tuple[str, ...] = ()
    """What an image needs and the `.dockerignore` that is there leaves out."""
    database_file: Place | None = None
    """Where the code names a database in a file beside it, which no variable can change."""
    bundled: tuple[str, ...] = ()
    """The applications that the Dockerfile which is there starts all together, by supervisord."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several equal answers."""

    answer: str
    match: Match


@dataclass(frozen=True, slots=True)
class Tie:
    """A question to which the project gives equal answers; the first is taken until somebody decides."""

    question: str
    """Short and stable, to answer it by: `manager of api`, `application`."""
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was learnt about a project."""

    name: str
    """Of the root folder, fit for a project of Compose."""
    parts: tuple[Part, ...]
    compose_files: tuple[str, ...]
    """Those that are there already, the one to start with first."""
    ties: tuple[Tie, ...]
    notes: tuple[Note, ...]

    def applications(self) -> Iterator[tuple[Part, Application]]:
        """Yield each application with its part."""
        for part in self.parts:
            for application in part.applications:
                yield part, application
