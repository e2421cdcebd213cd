"""What the commands of a project start: each is tied to the file that it has the server import."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from hatchway.scaffold import servers, starts
from hatchway.scaffold.code import Code, is_aside
from hatchway.scaffold.project import folder_of, join
from hatchway.scaffold.servers import AppServer, Options, Run
from hatchway.scaffold.starts import Start
from hatchway_agent.plugins import discover

_SERVERS: dict[str, AppServer] = {
    program: server for server in discover(servers, "SERVER").values() for program in server.programs
}
_STARTS: tuple[Callable[[Code], Iterable[Start]], ...] = tuple(discover(starts, "START").values())
_DEVELOPMENT = 40
"""How much less a command for the developer's own machine weighs."""


@dataclass(frozen=True, slots=True)
class Started:
    """A command, what it says, and the file that it leads to."""

    start: Start
    run: Run
    file: str
    """The module or script; empty: it is not in this project."""
    folder: str
    """Where the server is when it imports the module."""
    score: int


def find_started(code: Code) -> list[Started]:
    """Return what the project is started by, the best first."""
    found: list[Started] = []
    starts_found = [start for source in _STARTS for start in source(code)]
    # What lies among tests and examples starts those, unless there is nothing else.
    is_own = not all(is_aside(file) for file in code.sources)
    own = [start for start in starts_found if not (is_own and is_aside(start.place.file))]
    for start in own:
        if (run := read_run(code, start)) is not None and not run.is_done_soon:
            found.extend(_settle(code, start, run))
    return sorted(found, key=lambda one: -one.score)


def read_run(code: Code, start: Start) -> Run | None:
    """Return what a command says; None if it is none of a server that is known."""
    program, *words = start.words
    program = re.sub(r"^python3\.\d+$", "python3", program)
    if program in ("python", "python3") and len(words) > 1 and words[0] == "-m" and words[1] in _SERVERS:
        program, *words = words[1:]
    server = _SERVERS.get(program)
    if server is None:
        return None
    run = server.read(Options(program, tuple(words)))
    if run is None or server.configured is None:
        return run
    return replace(server.configured(code, start.folder, run), has_own_port=run.port is not None)


def _settle(code: Code, start: Start, run: Run) -> Iterator[Started]:
    base = join(start.folder, run.chdir) if run.chdir and not run.chdir.startswith("/") else start.folder
    score = start.score - _DEVELOPMENT * run.is_development
    if run.file:
        file = code.project.near(base, run.file, code.sources)
        if file:
            yield Started(start, run, file, _without(file, run.file), score)
        return
    if not run.module:
        yield Started(start, run, "", base, score)
        return
    path = run.module.replace(".", "/")
    for ending in (f"{path}.py", f"{path}/__init__.py", f"{path}/__main__.py"):
        file = code.project.near(base, ending, code.sources)
        if file:
            # Celery looks for `celery` in a package that it is given.
            inner = join(folder_of(file), "celery.py")
            is_package = run.server == "celery" and ending.endswith("__init__.py")
            if is_package and code.project.has(inner) and not run.attribute:
                yield Started(
                    start, replace(run, module=f"{run.module}.celery"), inner, _without(file, ending), score
                )
            else:
                yield Started(start, run, file, _without(file, ending), score)
            return


def _without(file: str, path: str) -> str:
    """Return the folder from which a file has this path."""
    path = path.removeprefix("./")
    if path.startswith("/"):
        return folder_of(file)
    return file.removesuffix(path).rstrip("/") or "."
