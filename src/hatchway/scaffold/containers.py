"""What a Dockerfile and a .dockerignore that are there mean for what is written beside them."""

from collections.abc import Iterable

from hatchway.formats.dockerignore import leaves_out
from hatchway.scaffold.facts import Application, Manager
from hatchway.scaffold.project import Project, join, within
from hatchway.scaffold.starts.dockerfile import starts_of
from hatchway.scaffold.starts.supervisord import supervised


def find_ignored(
    project: Project, folder: str, manager: Manager, applications: Iterable[Application]
) -> tuple[str, ...]:
    """Return the files that an image needs and the folder's own .dockerignore leaves out."""
    text = project.text(join(folder, ".dockerignore"))
    needed = (*manager.files, *(one.place.file for one in applications))
    return tuple(dict.fromkeys(one for one in needed if leaves_out(text, within(one, folder))))


def find_bundled(project: Project, dockerfile: str, applications: Iterable[Application]) -> tuple[str, ...]:
    """Return the applications that one container of the Dockerfile's image starts together."""
    started = {
        program.words
        for start in (starts_of(project, dockerfile, 0) if dockerfile else ())
        if start.words[0] == "supervisord"
        for program in supervised(project, start)
    }
    return tuple(one.name for one in applications if one.server and one.server.words in started)
