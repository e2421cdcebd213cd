"""How each package manager installs a part's dependencies into `/opt/venv`: the lines of a Dockerfile."""

import posixpath
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hatchway.scaffold.facts import Part

VENV = "/opt/venv"
GUESSED = "requirements.txt"
"""Where the dependencies go that only imports tell of."""
_PIP = f"pip --python {VENV} install"
_PIP_CACHE = "/root/.cache/pip"
_UV_CACHE = "/root/.cache/uv"
_UV = {"UV_LINK_MODE": "copy", "UV_PROJECT_ENVIRONMENT": VENV, "UV_PYTHON_DOWNLOADS": "never"}
_ACTIVE = {"VIRTUAL_ENV": VENV}
_UV_TOOL = "uv>=0.8,<1"
_PYTEST = "pytest>=8,<10"
_WITHOUT_LOCAL = r"sed --in-place --regexp-extended '/^((-e|--editable)[ =]*)?\.[^ ]*\s*([;#]|$)/d' {files}"


@dataclass(frozen=True, slots=True)
class Way:
    """One manager's commands."""

    locked: str
    """With a lock file."""
    loose: str
    """Without one."""
    tests: str
    """Adds what tests and tools need."""
    project: str = f"{_PIP} --no-deps --editable ."
    """Adds the project itself, once its code is there."""
    tool: str = ""
    """What pip installs first, as a requirement."""
    cache: str = _PIP_CACHE
    environ: Mapping[str, str] = field(default_factory=dict)


_UV_WORKSPACE = Way(
    "uv sync --inexact --locked --all-packages --no-default-groups --no-install-workspace",
    "uv sync --inexact --all-packages --no-default-groups --no-install-workspace",
    "uv sync --inexact --all-packages --all-groups --all-extras --no-install-workspace",
    "uv sync --inexact --all-packages --no-default-groups",
    _UV_TOOL,
    _UV_CACHE,
    _UV,
)
"""Of what is installed together, the root may ask for none."""
_PIP_WAY = Way(f"{_PIP} {{required}}", f"{_PIP} {{required}}", f"{_PIP} {{dev}}")
_WAYS: Mapping[str, Way] = {
    "pip": _PIP_WAY,
    "pip_tools": _PIP_WAY,
    "imports": _PIP_WAY,
    "uv": Way(
        "uv sync --inexact --locked --no-default-groups --no-install-project",
        "uv sync --inexact --no-default-groups --no-install-project",
        "uv sync --inexact --all-groups --all-extras --no-install-project",
        "uv sync --inexact --no-default-groups",
        _UV_TOOL,
        _UV_CACHE,
        _UV,
    ),
    "poetry": Way(
        "poetry install --only main --no-root",
        "poetry install --only main --no-root",
        "poetry install --all-groups --all-extras --no-root",
        "poetry install --only-root",
        "poetry>=2.1,<3",
        "/root/.cache/pypoetry",
        {**_ACTIVE, "POETRY_NO_INTERACTION": "1"},
    ),
    "pdm": Way(
        "pdm sync --prod --no-self",
        "pdm install --prod --no-self",
        "pdm install --dev --no-self",
        "pdm install --prod",
        "pdm[locked]>=2.20,<3",  # it sets no bounds itself, and was broken by what it stands on
        "/root/.cache/pdm",
        {**_ACTIVE, "PDM_CHECK_UPDATE": "0"},
    ),
    "pipenv": Way(
        "pipenv sync",
        "pipenv install --skip-lock",
        "pipenv install --dev --skip-lock",
        tool="pipenv>=2024",
        environ={**_ACTIVE, "PIPENV_VERBOSITY": "-1"},
    ),
    # Only uv installs what a pyproject.toml or setup.cfg asks for without the project itself.
    "setuptools": Way(
        f"uv pip install --python {VENV} --requirements {{first}}",
        f"uv pip install --python {VENV} --requirements {{first}}",
        f"uv pip install --python {VENV} --all-extras --requirements {{first}}",
        f"uv pip install --python {VENV} --no-deps --editable .",
        _UV_TOOL,
        _UV_CACHE,
        {"UV_LINK_MODE": "copy"},
    ),
}


def guessed(part: Part) -> list[str]:
    """Return the dependencies of a part of which only its imports tell."""
    is_told = part.manager.name != "imports"
    return [] if is_told else sorted({one.requirement for one in part.dependencies if not one.is_dev})


def way_of(part: Part) -> Way:
    """Return how the part's manager installs."""
    files = part.manager.files
    if part.manager.name == "uv" and any(name.endswith("/pyproject.toml") for name in files[1:]):
        return _UV_WORKSPACE
    return _WAYS.get(part.manager.name, _PIP_WAY)


def environ_of(part: Part) -> Mapping[str, str]:
    """Return the variables that the manager needs."""
    return way_of(part).environ


def tool_lines(part: Part, servers: list[str]) -> Iterator[str]:
    """Yield the lines that bring the manager, an empty environment, and the servers that are missing."""
    way = way_of(part)
    steps = [f'pip install "{way.tool}"'] if way.tool else []
    steps.append(f"python -m venv --without-pip {VENV}")
    if servers:
        yield "# No dependency of yours is a server for production: once one is, leave this one out."
        wanted = " ".join(f'"{one}"' for one in servers)
        steps.append(f"{_PIP} {wanted}")
    yield f"RUN {steps[0]}" if len(steps) == 1 else _cached(_PIP_CACHE, command=_and(*steps))


def dependency_lines(part: Part) -> Iterator[str]:
    """Yield the layer of dependencies: it is built anew only when the files change that name them."""
    files = _files(part)
    way = way_of(part)
    if is_named(part):
        yield from _named_lines(part, way)
        return
    if not files:
        return
    yield from _copies(files)
    install = _filled(way.locked if part.manager.lock else way.loose, part, files)
    if part.manager.local:
        yield "# What they ask for by its path comes with the code."
    yield _cached(way.cache, command=_and(_without_local(part, files), install))


def _named_lines(part: Part, way: Way) -> Iterator[str]:
    """Yield the layer of what setup.py asks for; it is run itself once all is there."""
    names = sorted({one.requirement for one in part.dependencies if not one.is_dev})
    if names:
        yield "# As setup.py has them, for a layer of their own; what is new there comes with the code."
        words = " ".join(shlex.quote(name) for name in names)
        yield _cached(way.cache, command=f"uv pip install --python {VENV} {words}")


def test_lines(part: Part) -> Iterator[str]:
    """Yield the lines that add what tests need."""
    files = [_within(part, name) for name in part.manager.dev_files]
    new = [name for name in files if name not in _files(part)]
    way = way_of(part)
    steps: dict[str, str] = {}  # by the cache that each uses
    if not is_named(part) and ("{dev}" not in way.tests or new):
        install = way.tests.format(dev=_options(new), first=(_files(part) or [""])[0])
        steps[way.cache] = _and(_without_local(part, new), install)
    yield from _copies(new)
    brings_runner = any(one.name.startswith("pytest") for one in part.dependencies)
    if part.tests and part.tests.runner == "pytest" and not brings_runner:
        yield "# No dependency of yours brings the runner: once one does, leave it out."
        install = f'{_PIP} "{_PYTEST}"'
        steps[_PIP_CACHE] = _and(steps.get(_PIP_CACHE), install)
    if steps:
        yield _cached(*steps, command=_and(*steps.values()))


def project_lines(part: Part, extras: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the line that installs the project itself, of one that is a package; its code is where it was."""
    way = way_of(part)
    if part.manager.installs_project and is_named(part):
        wanted = f'".[{",".join(extras)}]"' if extras else "."
        yield _cached(way.cache, command=f"uv pip install --python {VENV} --editable {wanted}")
    elif part.manager.local:
        wanted = " ".join(
            shlex.quote(one) if one.endswith((".whl", ".gz", ".zip")) else f"--editable {shlex.quote(one)}"
            for one in part.manager.local
        )
        yield _cached(way.cache, command=f"{_PIP} {wanted}")
    elif part.manager.installs_project:
        yield _cached(way.cache, command=way.project)


def is_named(part: Part) -> bool:
    """Tell whether only running setup.py says what a part needs: it may read any file of the project."""
    return _files(part)[:1] == ["setup.py"]


def _files(part: Part) -> list[str]:
    if part.manager.name == "imports":
        return [GUESSED] if guessed(part) else []
    return [_within(part, name) for name in part.manager.files]


def _within(part: Part, name: str) -> str:
    return posixpath.relpath(name, part.folder)


def _filled(command: str, part: Part, files: list[str]) -> str:
    lock = [_within(part, part.manager.lock)] if part.manager.lock else files[:1]
    required = lock if part.manager.name == "pip_tools" else files[:1]
    return command.format(required=_options(required), first=files[0])


def _without_local(part: Part, files: list[str]) -> str:
    return _WITHOUT_LOCAL.format(files=" ".join(files)) if part.manager.local and files else ""


def _options(files: list[str]) -> str:
    return " ".join(f"--requirement {name}" for name in files)


def _copies(files: list[str]) -> Iterator[str]:
    folders: dict[str, list[str]] = {}
    for name in files:
        folders.setdefault(posixpath.dirname(name), []).append(name)
    for folder, names in folders.items():
        yield f"COPY {' '.join(names)} ./{folder + '/' if folder else ''}"


def _cached(*caches: str, command: str) -> str:
    mounts = " \\\n    ".join(f"--mount=type=cache,target={cache}" for cache in caches)
    return f"RUN {mounts} \\\n    {command}"


def _and(*commands: str | None) -> str:
    return " \\\n    && ".join(filter(None, commands))
