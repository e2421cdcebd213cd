""".dockerignore: what no image needs, so that neither secrets nor a local environment get into one."""

import posixpath
from collections.abc import Iterator

from hatchway.formats.artefact import Artefact
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.recipes import MARK, Recipe

_LINES = """\
.git
.hatchway
.venv
venv
env
**/__pycache__
**/*.py[cod]
**/.pytest_cache
**/.mypy_cache
**/.ruff_cache
.tox
.nox
.coverage
htmlcov
reports
node_modules
*.sqlite3
.env
.env.*
!.env.example
.idea
.vscode
.devcontainer
Dockerfile
.dockerignore
compose*.yaml
docker-compose*.yml
"""


def _make(facts: Facts) -> Iterator[Artefact]:
    for part in facts.parts:
        if part.applications and not part.dockerfile:
            name, why = ".dockerignore", "secrets and local files stay out of the image"
            if part.ignored:
                # What lies beside a Dockerfile under its name counts for it, instead of the general one.
                name = "Dockerfile.dockerignore"
                why = f"yours leaves out {part.ignored[0]}: for this Dockerfile this one counts"
            path = posixpath.normpath(posixpath.join(part.folder, name))
            yield Artefact(path, why, f"# {MARK}\n{_LINES}")


RECIPE = Recipe("dockerignore", ".dockerignore", _make)
