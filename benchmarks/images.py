"""The image that `hatchway init` makes beside a tutorial's: its size, and how long it takes to build."""

import re
import secrets
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from docker.engine import ENSURE, why_none
from e2e.examples import EXAMPLES
from rows import Row, Table, row
from settings import Settings

from hatchway.scaffold.detect import detect
from hatchway.scaffold.draft import carry_out, draft

SIZE = Table("Image of examples/message, set up anew", "MB", 0)
TIME = Table("Building it", "s", 1)
LOOK = Table("`hatchway init` looking at 20,000 files, 5,000 of them Python", "s")
OURS, TUTORIAL = "hatchway init", "FROM python:3.x, COPY, pip install"
_FILES, _PYTHONS = 20_000, 5_000
_CACHE = re.compile(r"--mount=type=cache,target=")


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Build both in turn: from nothing, after an edit of the code, and after a new dependency."""
    del version, python
    if why := why_none():
        raise SystemExit(why)
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = Path(made)
        yield row(LOOK, "any", "CPU time", list(_looks(folder / "many", settings)))
        images = [_ours(folder / "ours"), _tutorial(folder / "tutorial")]
        try:
            taken = [(one, _taken(one)) for _ in range(settings.services) for one in images]
            for one in images:
                yield row(SIZE, "any", one.what, [_size(one)], beside=f"on {_size_of(one.base):.0f} MB")
            for number, step in enumerate(("from nothing", "an edit of the code", "one more dependency")):
                for one in images:
                    times = [seconds[number] for image, seconds in taken if image is one]
                    yield row(TIME, "any", f"{step}: {one.what}", times)
        finally:
            _forget(images)


@dataclass(frozen=True)
class _Image:
    """One way to make an image of the same application."""

    what: str
    folder: Path
    base: str

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name.lower().replace('_', '-')}-{self.folder.name}"


def _ours(folder: Path) -> _Image:
    left_out = (
        "Dockerfile*",
        "*compose*.yaml",
        ".dockerignore",
        ".devcontainer",
        ".vscode",
        "venv",
        "__pycache__",
    )
    shutil.copytree(EXAMPLES / "message", folder, ignore=shutil.ignore_patterns(*left_out))
    carry_out(folder, draft(folder, detect(folder), ("dockerfile", "dockerignore")))
    (base,) = re.findall(r"^FROM (python:\S+)", (folder / "Dockerfile").read_text(), re.MULTILINE)
    return _Image(OURS, folder, base)


def _tutorial(folder: Path) -> _Image:
    ours = folder.with_name("ours")
    shutil.copytree(ours, folder, ignore=shutil.ignore_patterns("Dockerfile", ".dockerignore", ".hatchway"))
    (slim,) = re.findall(r"^FROM (python:\S+)-slim", (ours / "Dockerfile").read_text(), re.MULTILINE)
    words = f"FROM {slim}\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n"
    (folder / "Dockerfile").write_text(words + 'CMD ["python", "app.py"]\n')
    if ENSURE.exists():
        subprocess.run([ENSURE, slim], check=True, stdout=sys.stderr)
    return _Image(TUTORIAL, folder, slim)


def _taken(one: _Image) -> tuple[float, float, float]:
    """Return the seconds of three builds; nothing was there before the first, no downloads either."""
    dockerfile, asked, code = (one.folder / name for name in ("Dockerfile", "requirements.txt", "app.py"))
    as_it_was = [(path, path.read_text()) for path in (dockerfile, asked, code)]
    token = f"{one.name}-{secrets.token_hex(4)}"
    dockerfile.write_text(_CACHE.sub(f"--mount=type=cache,id={token},target=", as_it_was[0][1]))
    cold = _seconds(lambda: _build(one, "--no-cache"))
    code.write_text(as_it_was[2][1] + f"\nEDITED = {token!r}\n")
    edited = _seconds(lambda: _build(one))
    asked.write_text(as_it_was[1][1] + f"\n# {token}\npyjwt\n")
    grown = _seconds(lambda: _build(one))
    for path, text in as_it_was:
        path.write_text(text)
    return cold, edited, grown


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _build(one: _Image, *words: str) -> None:
    argv = ["docker", "build", "--quiet", *words, "--tag", one.name, "."]
    subprocess.run(argv, cwd=one.folder, check=True, stdout=subprocess.DEVNULL)


def _size(one: _Image) -> float:
    return _size_of(one.name)


def _size_of(name: str) -> float:
    return int(_docker("image", "inspect", "--format", "{{.Size}}", name)) / 1e6


def _forget(images: list[_Image]) -> None:
    """Take images and download caches away again."""
    for one in images:
        _docker("rmi", "--force", one.name)
    for record in _docker("builder", "du", "--verbose").split("\n\n"):
        found = re.search(r"ID:\s+(\w+)", record)
        if found and any(f'with id "/{one.name}-' in record for one in images):
            _docker("builder", "prune", "--force", "--filter", f"id={found[1]}")


def _docker(*words: str) -> str:
    argv = ["docker", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False).stdout


def _looks(folder: Path, settings: Settings) -> Iterator[float]:
    """Yield the seconds that one look takes at a folder as large repositories are."""
    library = Path(sysconfig.get_path("stdlib"))
    modules = sorted(path for path in library.rglob("*.py") if not {"test", "tests"} & {*path.parts})
    for number, path in enumerate(islice(cycle(modules), _PYTHONS)):
        copy = folder / f"services{number // len(modules)}" / path.relative_to(library)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for number in range(_FILES - _PYTHONS):
        path = folder / "web" / f"{number // 150}" / f"{number}.{('js', 'html', 'json', 'sh')[number % 4]}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n" * 40)
    (folder / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    for _ in range(settings.starts // 4):
        begin = time.process_time()
        detect(folder)
        yield time.process_time() - begin
