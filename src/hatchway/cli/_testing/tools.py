"""What a test run brings along, coverage and what `--with` names: fetched by pip here, once per Python."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hatchway.cli.screen import say
from hatchway.delivery import cache_directory
from hatchway.errors import HatchwayError

COVERAGE = "coverage>=7.10"
"""Since 7.10 a child can be told by its environment what to measure."""
LOOK = """
import importlib.util, json, os, platform, sys, sysconfig
libc, version = platform.libc_ver()
abi = "cp%d%d%s" % (*sys.version_info[:2], getattr(sys, "abiflags", ""))
print(json.dumps({
    "version": "%d.%d" % sys.version_info[:2],
    "abi": abi,
    "platform": sysconfig.get_platform(),
    "glibc": int(version.split(".")[1]) if libc == "glibc" else 0,
    "measures": importlib.util.find_spec("coverage") is not None,
    "markers": {
        "implementation_name": sys.implementation.name,
        "implementation_version": platform.python_version(),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_release": "",
        "platform_python_implementation": platform.python_implementation(),
        "platform_system": platform.system(),
        "platform_version": "",
        "python_full_version": platform.python_version(),
        "python_version": "%d.%d" % sys.version_info[:2],
        "sys_platform": sys.platform,
    },
}))
"""
"""A program that prints, as JSON, what has to be known of a Python to fetch packages for it."""
_PIP = """
import json, runpy, sys
from pip._vendor.packaging import markers
there = json.loads(sys.argv.pop(1))
markers.default_environment = lambda: dict(there)
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
"""pip, for another Python: told which wheels that takes, it still asks its own what `python_version` is."""
_PATIENCE = 600.0
"""Seconds for pip: what is asked for may be large."""
_KEPT = 8
"""Sets of packages that stay."""
_OLDEST_GLIBC = 17
"""The minor version that `manylinux2014` means."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A Python, as far as packages are made for it."""

    version: str
    abi: str
    platform: str
    glibc: int
    """The minor version of glibc 2; 0 where the C library is another."""
    measures: bool
    """It has coverage."""
    markers: Mapping[str, str]
    """What requirements may depend on."""

    @property
    def tags(self) -> list[str]:
        """Return the platforms of wheels that it takes, the best first."""
        system, _, machine = self.platform.replace(".", "_").partition("-")
        if system != "linux":
            return [self.platform.replace(".", "_").replace("-", "_")]
        if not self.glibc:
            return [f"musllinux_1_{minor}_{machine}" for minor in (2, 1)]
        minors = range(self.glibc, _OLDEST_GLIBC - 1, -1)
        return [*(f"manylinux_2_{minor}_{machine}" for minor in minors), f"manylinux2014_{machine}"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to bring along beside coverage."""

    packages: tuple[str, ...]
    files: tuple[Path, ...]
    """Requirements files."""

    @property
    def words(self) -> list[str]:
        """Return it as pip takes it."""
        return [*self.packages, *(word for file in self.files for word in ("--requirement", str(file)))]


def kind_of(said: str | bytes) -> Kind | None:
    """Return what `LOOK` has printed; None if it could not run."""
    try:
        return Kind(**json.loads(said))
    except (ValueError, TypeError):
        return None


def fetched(kind: Kind, wanted: Wanted, *, measures: bool) -> Path:
    """Return a folder with what is wanted for this Python, and with coverage, unless it has that.

    Raises `HatchwayError` if it cannot be had.
    """
    words = [*([COVERAGE] if measures and not kind.measures else []), *wanted.words]
    told = [
        sorted(kind.markers.items()),
        kind.abi,
        *kind.tags,
        *words,
        *(_text(file) for file in wanted.files),
    ]
    cache = cache_directory()
    folder = cache / f"tools-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]}"
    if not folder.exists():
        made = Path(tempfile.mkdtemp(prefix="new-", dir=cache))
        try:
            if words:
                _fetch(kind, words, made)
            made.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another run was first
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    folder.touch()
    _drop_old(cache)
    return folder


def _fetch(kind: Kind, words: Sequence[str], folder: Path) -> None:
    names = ", ".join(word for word in words if not word.startswith("--"))
    say(f"fetching {names} for Python {kind.version} (once)")
    options = ["--only-binary=:all:", "--no-compile", "--target", str(folder)]
    options += ["--implementation", "cp", "--python-version", kind.version]
    options += [word for abi in (kind.abi, "abi3", "none") for word in ("--abi", abi)]
    options += [word for tag in kind.tags for word in ("--platform", tag)]
    argv = [
        sys.executable,
        "-c",
        _PIP,
        json.dumps(kind.markers),
        "--disable-pip-version-check",
        "--no-input",
        "install",
        *options,
        *words,
    ]
    environ = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "0", "PIP_USER": "0", **_path_to_pip()}
    # What it says meanwhile goes where errors go: stdout may be for a program.
    is_seen = sys.stderr.isatty()
    try:
        done = subprocess.run(  # noqa: S603 - the user names the packages
            argv,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr if is_seen else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        msg = f"{names} could not be fetched in {_PATIENCE:.0f} s"
        raise HatchwayError(msg, "is the package index slow? try once more") from None
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        why = errors[-1].removeprefix("ERROR: ") if errors else "pip failed"
        msg = f"{names} could not be fetched for Python {kind.version}: {why}"
        raise HatchwayError(
            msg, "pip fetches it on this host, as a wheel; --no-coverage does without coverage"
        )


def _path_to_pip() -> dict[str, str]:
    """Return the variables by which our Python finds pip: its own, or the wheel that comes with Python."""
    if importlib.util.find_spec("pip"):
        return {}
    ensurepip = importlib.util.find_spec("ensurepip")
    places = ensurepip.submodule_search_locations if ensurepip else None
    for place in places or ():
        if wheels := sorted(Path(place, "_bundled").glob("pip-*.whl")):
            return {"PYTHONPATH": str(wheels[-1])}
    msg = "there is no pip on this host to fetch packages with"
    raise HatchwayError(msg, "install pip beside hatchway, or have coverage and pytest in the image")


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeError) as error:
        msg = f"{file} cannot be read: {error}"
        raise HatchwayError(msg, "--with-requirements takes a file of pip's on this host") from None


def _drop_old(cache: Path) -> None:
    found = sorted(cache.glob("tools-*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for old in found[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
