"""What the doctor knows of a project: values that rules look at, and nothing that could look by itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from hatchway.formats.dockerfile import Instruction, Parsed, Stage
from hatchway.formats.ini import Entry
from hatchway.formats.tree import MISSING, Node

_PYTHON = re.compile(r"\b(pip3? install|python3?\b|uvicorn|gunicorn|uwsgi) ")


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A Dockerfile, and what lies beside it."""

    path: str
    lines: tuple[str, ...]
    parsed: Parsed
    has_ignore: bool = False
    """A `.dockerignore` belongs to it."""

    @property
    def is_python(self) -> bool:
        """Tell whether the image it ends with looks like one for Python."""
        return self.has_python(self.stage(""))

    def has_python(self, stage: Stage | None) -> bool:
        """Tell whether a stage looks like one for Python."""
        stages = self.line_up(stage) if stage else ()
        said = " ".join(one.value for each in stages for one in each.instructions)
        return any("python" in one.image for one in stages) or _PYTHON.search(said) is not None

    def stage(self, name: str) -> Stage | None:
        """Return the stage of a name or a number, the last one for no name."""
        stages = self.parsed.stages
        if not name:
            return stages[-1] if stages else None
        if name.isdecimal():
            return stages[int(name)] if int(name) < len(stages) else None
        return next((stage for stage in stages if stage.name.lower() == name.lower()), None)

    def line_up(self, stage: Stage) -> tuple[Stage, ...]:
        """Return the stages that one is made of, itself last."""
        found = [stage]
        while (below := self.stage(found[0].image)) is not None and below.line < found[0].line:
            found.insert(0, below)
        return tuple(found)

    def last(self, stage: Stage, name: str) -> Instruction | None:
        """Return the instruction of a name that counts in a stage, be it from a stage below."""
        given = (one.last(name) for one in reversed(self.line_up(stage)))
        return next((one for one in given if one is not None), None)

    def image(self, stage: Stage) -> str:
        """Return the image that a stage begins with, below all stages of this file."""
        return self.line_up(stage)[0].image


@dataclass(frozen=True, slots=True)
class Call:
    """A call in Python source that has to do with debugging or serving."""

    path: str
    line: int
    column: int
    name: str
    """Dotted, with the names of imports put in: `debugpy.listen`, `flask.Flask().run`, `app.run`."""
    words: tuple[object, ...] = ()
    """Its arguments, as far as they are literals; else None."""
    options: Mapping[str, object] = field(default_factory=dict)
    at_import: bool = False
    """It is run when the module is imported, with no condition."""
    in_main: bool = False
    """It stands below `if __name__ == "__main__"`."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a Python file says about debugging."""

    path: str
    calls: tuple[Call, ...]
    settings: Mapping[str, tuple[object, int]] = field(default_factory=dict)
    """Of a configuration in Python: names at module level, with literal value and line."""
    imports: frozenset[str] = frozenset()
    """The first parts of the names it imports."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of what a project installs."""

    path: str
    line: int
    name: str
    """Lower case, with hyphens."""
    version: tuple[int, ...]
    """Pinned with `==`; empty if it is not."""
    text: str


@dataclass(frozen=True, slots=True)
class Ini:
    """An ini file."""

    path: str
    entries: tuple[Entry, ...]

    def last(self, section: str, *names: str) -> Entry | None:
        """Return the entry of one of the names that counts."""
        fits = [one for one in self.entries if one.section == section and one.name in names]
        return fits[-1] if fits else None


@dataclass(frozen=True, slots=True)
class Program:
    """One command that runs in a service."""

    words: tuple[str, ...]
    path: str
    line: int
    column: int = 0
    is_shell: bool = False
    """A shell reads it before it runs."""

    def __str__(self) -> str:
        """Return it on one line."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Listener:
    """Where a debugger that people start themselves listens."""

    path: str
    line: int
    column: int
    tool: str
    """`debugpy`, `ptvsd`, `pydevd` ..."""
    host: str
    port: int
    """0: it is not known."""
    is_command: bool = False
    """It is `python -m debugpy ...`, not a call in the source."""
    at_import: bool = False
    """The call is run when its module is imported, with no condition."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The app server of a service, as its command line and configuration tell."""

    server: str
    """Its name in `hatchway_agent.servers`."""
    program: Program
    workers: int = 1
    reloads: bool = False
    options: Mapping[str, tuple[str, str, int]] = field(default_factory=dict)
    """By long name: value, and the file and line that say so. Of command line, environment and files."""

    @property
    def forks(self) -> bool:
        """Tell whether requests are served by other processes than the one that was started."""
        return self.server in ("gunicorn", "uwsgi", "granian", "hypercorn") or self.workers > 1


@dataclass(frozen=True, slots=True)
class ImageConfiguration:
    """What an image that is here says of how it runs."""

    user: str = ""
    words: tuple[str, ...] = ()
    """Its entrypoint with its command."""
    environ: Mapping[str, str] = field(default_factory=dict)
    has_health_check: bool = False

    @property
    def is_roots(self) -> bool:
        """Tell whether what it starts runs as root."""
        return self.user.partition(":")[0] in ("", "0", "root")


@dataclass(frozen=True, slots=True)
class Service:
    """One service as it would run: of a compose file, or a Dockerfile alone."""

    name: str
    stack: str
    """The compose file, or the Dockerfile, that defines it."""
    node: Node = MISSING
    """Its mapping in the compose files, merged; false if there is only a Dockerfile."""
    dockerfile: Dockerfile | None = None
    stage: Stage | None = None
    context: str | None = None
    """The folder that it is built from, in the project; None if it is built from none of it."""
    image: str = ""
    """The image that it begins with: of its Dockerfile, or its own."""
    environ: Mapping[str, str] = field(default_factory=dict)
    programs: tuple[Program, ...] = ()
    """Its command first, and what supervisord starts in it."""
    serving: tuple[Serving, ...] = ()
    listeners: tuple[Listener, ...] = ()
    """Debuggers that people have put into it."""
    calls: tuple[Call, ...] = ()
    """Of the source in its build context."""
    is_development: bool = False
    """The file's name or an override says that it is not what runs in production."""

    @property
    def is_python(self) -> bool:
        """Tell whether Python runs in it."""
        return bool(self.serving or self.listeners) or (
            self.dockerfile is not None and self.dockerfile.has_python(self.stage)
        )


@dataclass(frozen=True, slots=True)
class Stack:
    """The compose files that are read together."""

    files: tuple[str, ...]
    root: Node


@dataclass(frozen=True, slots=True)
class Broken:
    """A file that cannot be read as what it should be."""

    path: str
    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """A shell script that an image starts."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """A container of the project that runs, as its engine tells."""

    name: str
    published: tuple[tuple[str, int], ...] = ()
    """Address of this host and port of the container."""
    mounts: tuple[str, ...] = ()
    """What of this host is mounted."""
    outdated: tuple[str, ...] = ()
    """Files of the project whose content in it is another than here, some of them."""


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A Python process that runs, and that Hatchway does not get into."""

    container: str
    sentence: str
    """Which it is, why, and the way out, as `hatchway ps` has it."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known. What was not looked at is empty."""

    today: date
    dockerfiles: tuple[Dockerfile, ...] = ()
    stacks: tuple[Stack, ...] = ()
    services: tuple[Service, ...] = ()
    sources: tuple[Source, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    inis: tuple[Ini, ...] = ()
    scripts: tuple[Script, ...] = ()
    launches: tuple[Node, ...] = ()
    """The roots of launch.json files, devcontainer.json files and so on."""
    tasks: tuple[Node, ...] = ()
    devcontainers: tuple[Node, ...] = ()
    settings: tuple[Node, ...] = ()
    vimspectors: tuple[Node, ...] = ()
    manifests: tuple[Node, ...] = ()
    """Documents of Kubernetes."""
    env_files: Mapping[str, Mapping[str, tuple[str, int]]] = field(default_factory=dict)
    """Path to variable to value and line."""
    names: frozenset[str] = frozenset()
    """Every file that was walked past, relative to the project."""
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The lines of every file that was read for a rule."""
    broken: tuple[Broken, ...] = ()
    images: Mapping[str, ImageConfiguration] = field(default_factory=dict)
    """By name, those that are here."""
    is_dockers_view: bool = False
    """Docker has said what it makes of the compose files at the project's root."""
    docker_host: str = ""
    """Where the Docker engine is, if the environment says so."""
    containers: tuple[Running, ...] = ()
    out_of_reach: tuple[OutOfReach, ...] = ()

    def configurations(self) -> Iterator[Node]:
        """Yield what VS Code can start or attach to."""
        for root in self.launches:
            yield from root["configurations"].items

    def is_started(self, script: Script) -> bool:
        """Tell whether a service's command names the script."""
        name = script.path.rpartition("/")[2]
        return any(name in str(program) for service in self.services for program in service.programs)

    def listeners(self) -> Iterator[tuple[Service | None, Listener]]:
        """Yield every debugger that people have put in, with its service where there is one; each once."""
        seen = set()
        for service in self.services:
            for one in service.listeners:
                if one not in seen:
                    seen.add(one)
                    yield service, one
