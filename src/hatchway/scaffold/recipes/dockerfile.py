"""Dockerfile: one for each part; dependencies come before code, and nothing runs as root."""

import json
import posixpath
import shlex
from collections.abc import Iterator

from hatchway.formats.artefact import Artefact
from hatchway.formats.dockerfile import expand
from hatchway.scaffold.facts import Application, Facts, Part, Phase, Suite
from hatchway.scaffold.plan import Kept
from hatchway.scaffold.recipes import MARK, Recipe
from hatchway.scaffold.recipes import _installing as installing
from hatchway.scaffold.recipes import _serving as serving
from hatchway.scaffold.recipes._services import addresses_of
from hatchway.scaffold.recipes._variables import DATA, DEVELOPER, files_of, keeps_files, variables_of

_WHY = "its dependencies are a layer of their own: an edit of the code reinstalls nothing"
_LINT_VERSIONS = "# hadolint ignore=DL3008 # Debian keeps one version of each package: a pin would soon fail"


_USER = 10001


def _make(facts: Facts) -> Iterator[Artefact | Kept]:
    for part in facts.parts:
        path = posixpath.normpath(posixpath.join(part.folder, "Dockerfile"))
        if part.dockerfile:
            yield Kept(part.dockerfile, "it is yours")
        elif part.applications:
            yield Artefact(path, _WHY, _text(part))
        if installing.guessed(part) and not part.dockerfile:
            yield _requirements(part)


def _requirements(part: Part) -> Artefact:
    names = installing.guessed(part)
    head = f"# {MARK}\n# Guessed from the imports: name versions, and what is missing.\n"
    path = posixpath.normpath(posixpath.join(part.folder, installing.GUESSED))
    return Artefact(
        path, "no file named the dependencies: the imports do", head + "".join(f"{one}\n" for one in names)
    )


def _text(part: Part) -> str:
    main = part.applications[0]
    stages = [
        [f"FROM python:{part.python.version}-slim AS base", *_base(part, main)],
        ["FROM base AS build", *_build(part)],
    ]
    if part.tests:
        stages.append(list(_test(part, part.tests)))
    installed = "build"
    if part.manager.installs_project:
        installed = "package"
        stages.append(["FROM build AS package", "COPY . .", *installing.project_lines(part)])
    stages.append(["FROM base AS production", *_production(part, main, installed)])
    head = f"# {MARK}\n"
    return head + "\n\n".join("\n".join(lines) for lines in stages) + "\n"


def _test(part: Part, suite: Suite) -> Iterator[str]:
    yield "# Only for `hatchway test`: what tests need besides."
    yield "FROM build AS test"
    yield from installing.test_lines(part)
    yield "COPY . ."
    yield from installing.project_lines(part, part.manager.dev_groups)
    yield f"USER {_user(part)}"
    yield from _workdir(part, suite.folder)
    yield f"CMD {json.dumps(list(suite.command))}"


def _base(part: Part, main: Application) -> Iterator[str]:
    yield _environ({"PATH": f"{installing.VENV}/bin:$PATH", **_variables(part, main)})
    yield f"WORKDIR {serving.ROOT}"
    if packages := sorted({one.name for one in part.system if one.phase is Phase.RUN}):
        yield from _apt(packages)
    yield f"RUN useradd --create-home --uid {_user(part)} app"


def _variables(part: Part, main: Application) -> dict[str, str]:
    variables = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    if not part.manager.installs_project:
        roots = [serving.within(part, root) for root in part.import_roots if root != main.folder]
        if roots:
            variables["PYTHONPATH"] = ":".join(roots)
    if serving.server_of(main) in serving.SCALED:
        variables["WEB_CONCURRENCY"] = str(serving.WORKERS)
    return variables


def _environ(variables: dict[str, str]) -> str:
    return "ENV " + " \\\n    ".join(f"{name}={value}" for name, value in variables.items())


def _apt(packages: list[str]) -> Iterator[str]:
    yield _LINT_VERSIONS
    yield (
        "RUN apt-get update \\\n"
        f"    && apt-get install --yes --no-install-recommends {' '.join(packages)} \\\n"
        "    && rm -rf /var/lib/apt/lists/*"
    )


def _build(part: Part) -> Iterator[str]:
    if environ := dict(installing.environ_of(part)):
        yield _environ(environ)
    if packages := sorted({one.name for one in part.system if one.phase is Phase.BUILD}):
        yield from _apt(packages)
    yield from installing.tool_lines(part, serving.added_servers(part))
    yield from installing.dependency_lines(part)


def _production(part: Part, main: Application, installed: str) -> Iterator[str]:
    yield f"COPY --from={installed} {installing.VENV} {installing.VENV}"
    # With a database in a file beside the code, the folder must be the app's own.
    owner = f"--chown={_user(part)} " if keeps_files(part) else ""
    made = [f"chown {_user(part)} {serving.ROOT}"] if owner else []
    if files_of(part):
        made.append(f"install --directory --owner={_user(part)} {DATA}")
    if made:
        yield "RUN " + " \\\n    && ".join(made)
    yield f"COPY {owner}. ."
    yield from _collected(part, main)
    yield f"USER {_user(part)}"
    yield from _workdir(part, main.folder)
    if main.port:
        yield f"EXPOSE {main.port.number}"
    if health := serving.health_of(main):
        check = "HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s"
        yield f"{check} \\\n    CMD {json.dumps(list(health))}"
    yield f"CMD {json.dumps(list(serving.command_of(main)))}"


def _user(part: Part) -> int:
    return DEVELOPER if keeps_files(part) else _USER


def _collected(part: Part, main: Application) -> Iterator[str]:
    """Yield what brings Django's static files together, where its settings say where to."""
    command = next((one.command for one in part.static if one.is_collected), ())
    if not main.settings or not command:
        return
    given = {"DJANGO_SETTINGS_MODULE": main.settings, **addresses_of(part)}
    given |= {one.name: "none" for one in variables_of(part) if one.is_required and one.name not in given}
    yield "# What the settings ask for is given so that they can be read: nothing is reached, nothing stays."
    words = " ".join(f"{name}={shlex.quote(expand(value, {}))}" for name, value in given.items())
    folder = serving.within(part, main.folder)
    if command[1] == "manage.py":
        command = ("python", f"{folder}/manage.py", *command[2:])
    elif folder != serving.ROOT:
        command = (*command, f"--pythonpath={folder}")
    yield f"RUN {words} \\\n    {shlex.join(command)}"


def _workdir(part: Part, folder: str) -> list[str]:
    inside = serving.within(part, folder)
    return [] if inside == serving.ROOT else [f"WORKDIR {inside}"]


RECIPE = Recipe("dockerfile", "Dockerfile", _make)
