"""The rows of the live conformance suite: the `[[live]]` entries of servers/NAME.toml."""

import dataclasses
import tomllib
from pathlib import Path

import pytest
from e2e.environments import SUPPORTED, cannot_build, interpreters

from hatchway_agent import servers
from hatchway_agent.plugins import discover

HERE = Path(__file__).parent
PYTHONS = ("3.11", "3.13")
"""For every server; the first is traced, the second monitored."""
ON_ALL_PYTHONS = ("gunicorn", "python", "uvicorn", "uwsgi")


@dataclasses.dataclass(frozen=True)
class Row:
    """A `[[live]]` entry of a server's table.

    In `command`, `front`, `env` and `files` these are replaced: {python} the interpreter, {bin} the folder of
    its scripts, {port} where HTTP is to be served, {redis} the port of Redis, {folder} the project.
    """

    server: str
    name: str
    command: tuple[str, ...]
    """Run under `hatchway run`, in the project's folder."""
    roles: dict[str, int]
    """How many processes of each role `hatchway ps` lists; helpers are not counted."""
    title: str
    """What the titles of the workers match, wholly, while attached."""
    app: str = "wsgi.py"
    """The file of apps/ that becomes `source` in the project."""
    source: str = "app.py"
    copies: dict[str, str] = dataclasses.field(default_factory=dict)
    """More files of apps/, by their names in the project. `live.BESIDE` is always there."""
    files: dict[str, str] = dataclasses.field(default_factory=dict)
    """More files with their text, by their names in the project."""
    env: dict[str, str] = dataclasses.field(default_factory=dict)
    front: tuple[str, ...] = ()
    """A command run outside hatchway that serves HTTP, where the server itself does not."""
    redis: bool = False
    environment: str = "servers"
    """The requirements it needs: requirements/apps-NAME.txt."""
    version: str = r"\d+\.\d+.*"
    """What the server's version matches as `hatchway ps` shows it of an attached worker."""
    newborn: bool = True
    """A killed worker is replaced."""
    threads: bool = False
    """A worker serves requests in several threads."""
    busy: bool = True
    """It tells how many requests or tasks a worker has in flight."""
    pause: bool = True
    """An idle worker runs bytecode now and then, or serves requests in the thread that is asked to pause."""
    waits: dict[str, int] = dataclasses.field(default_factory=dict)
    """With `--wait`: how many stops there are at the places `import` and `factory` until it serves."""
    killer: float = 0
    """Seconds after which `command` has a silent worker killed; 0: it has no such thing."""
    hang: bool = True
    """The killer does kill a handler that hangs."""
    reload: bool = False
    """An edit of the source restarts the worker."""
    signal: str = ""
    """With `reload`: the supervisor has to be told by this signal."""
    mends: bool = True
    """With `reload`: a syntax error does not end the server."""
    pythons: tuple[str, ...] = PYTHONS

    @property
    def id(self) -> str:
        return f"{self.server}: {self.name}"


def rows(server: str) -> list[Row]:
    """Return the live entries of a server's table."""
    file = HERE / "servers" / f"{server}.toml"
    entries = tomllib.loads(file.read_text()).get("live", []) if file.exists() else []
    lists = ("command", "front", "pythons")
    pythons = SUPPORTED if server in ON_ALL_PYTHONS else PYTHONS
    return [
        Row(
            server=server,
            **{"pythons": pythons}
            | {key: tuple(value) if key in lists else value for key, value in entry.items()},
        )
        for entry in entries
    ]


SERVERS = list(discover(servers, "SERVER"))
ROWS = [row for server in SERVERS for row in rows(server)]


def each(chosen: list[Row], *pythons: str) -> pytest.MarkDecorator:
    """Parametrise over rows and the Pythons found that they are to be seen on, or only these of them."""
    found = [
        pytest.param(row, version, id=f"{row.id}-{version}", marks=marks(row, version))
        for row in chosen
        for version in row.pythons
        if version in interpreters() and version in (pythons or row.pythons)
    ]
    return pytest.mark.parametrize(("row", "version"), found)


def marks(row: Row, version: str) -> list[pytest.MarkDecorator]:
    """Return what keeps a row from being seen on this machine."""
    why = cannot_build(version, row.environment)
    return [pytest.mark.skip(reason=why)] if why else []
