"""The payload - agent and pinned pydevd, built once per content - and the environment that injects it."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from hatchway.engines import Freight
from hatchway.engines.rendezvous import private_directory
from hatchway.errors import HatchwayError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import PurePath

_ABANDONED = 3600.0
"""Seconds after which what a builder has not finished is taken to be left behind."""

_KEPT = 3
"""Payloads of other contents that stay: processes started with them may still need their files."""

_LEFT_OUT = (
    "_pydev_runfiles",
    "pydev_sitecustomize",
    "pydevd_attach_to_process",
    "winappdbg",
    "tests",
    "__pycache__",
)
_TAKEN_OUT_OF_ATTACH = ("attach_script.py", "attach_*.so", "attach*.dylib")
"""Before 3.12 pydevd traces threads that already run by this library; the script mends `main_thread()`."""

_SUFFIX = ".py"
"""No Cython build: its caches insist on exact dicts, which mix up equal code objects (docs/facts.md)."""

PATIENCE = 60
"""Seconds that a program of a container waits for a session: it may be restarted when no hub is there."""

RENDEZVOUS = "run"
"""The folder in the payload where, in a container, the rendezvous directory is mounted."""

_UWSGI = {
    # Each sets the uWSGI option of that name. The first makes Python's at-fork hooks run in uWSGI's workers,
    # the second does so in its old versions, the third lets our thread run there.
    "UWSGI_PY_CALL_UWSGI_FORK_HOOKS": "true",
    "UWSGI_PY_CALL_OSAFTERFORK": "true",
    "UWSGI_ENABLE_THREADS": "true",
}

COMPILE = """
import importlib.util, os, py_compile, sys
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for file in sys.stdin.read().split("\\0"):
    if not os.path.exists(importlib.util.cache_from_source(file)):
        try:
            py_compile.compile(file, doraise=True, invalidation_mode=mode)
        except py_compile.PyCompileError:
            pass
"""
"""A program for any Python that is served: compiles the files named on its stdin."""


def build_payload() -> Path:
    """Return the directory to put on a debuggee's `PYTHONPATH`, made if there is none with this content yet.

    It holds no path of this host and may be copied anywhere.
    """
    files = dict(_payload_files())
    cache = cache_directory()
    payload = cache / f"payload-{_content_hash(files)}"
    if not payload.exists():
        _build(files, payload)
    else:
        payload.touch()  # "used last" is what decides which old ones go
    _drop_old(cache, payload)
    return payload


def compile_for(payload: Path, interpreters: Iterable[Path]) -> None:
    """Compile what a debuggee imports in practice for each interpreter; one that does not run is skipped.

    A payload is often mounted read-only, where no interpreter can keep what it compiled. At import the files
    are not checked against their sources: a payload's content never changes.
    """
    wanted = compiling(payload, payload)

    def compile_with(interpreter: Path) -> None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            done = payload / f".compiled-{_hash_of_interpreter(interpreter)}"
            if done.exists():
                return
            subprocess.run(  # noqa: S603 - an interpreter the user runs apps with
                [interpreter, "-I", "-S", "-c", COMPILE],
                input=wanted,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=60,
                check=True,
            )
            done.touch()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(compile_with, {interpreter.absolute() for interpreter in interpreters}))


def compiling(payload: Path, at: PurePath) -> bytes:
    """Return the stdin of `COMPILE` where the payload lies `at` another place: what a debuggee imports."""
    files = (file.relative_to(payload) for file in payload.rglob("*.py") if _is_imported(file, payload))
    return "\0".join(sorted((at / file).as_posix() for file in files)).encode()


def payload_archive(payload: Path) -> bytes:
    """Return the payload as a tar, with the mount point of the rendezvous directory in it.

    Its mode is what a tmpfs mounted there gets each time the container starts. Everything belongs to root.
    """
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path in sorted(payload.rglob("*")):
            name = path.relative_to(payload)
            if name.parts[0] != RENDEZVOUS and "__pycache__" not in name.parts and name.name[0] != ".":
                tar.add(path, name.as_posix(), recursive=False, filter=_as_root)
        mount_point = tarfile.TarInfo(RENDEZVOUS)
        mount_point.type, mount_point.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(mount_point)
    return archive.getvalue()


def freight(payload: Path, at: PurePath, *, wait: bool = False, on_breakpoint: str = "") -> Freight:
    """Return the payload ready for containers that will see it `at` a place of theirs.

    With `wait`, their programs hold before their first line until a session is open, for `PATIENCE` seconds
    at most. `on_breakpoint` is that of `injection`.
    """
    holding = {"HATCHWAY_WAIT": str(PATIENCE)} if wait else {}
    return Freight(
        name=payload.name,
        pack=lambda: payload_archive(payload),
        inject=lambda environ: {**injection(at, at / RENDEZVOUS, environ, on_breakpoint), **holding},
        compiler=COMPILE,
        sources=compiling(payload, at),
        notes=cache_directory(),
    )


def injection(
    payload: PurePath, run_dir: PurePath, environ: Mapping[str, str], on_breakpoint: str = ""
) -> dict[str, str]:
    """Return the variables that make every Python process started with them debuggable.

    Paths and `environ` are those of where the processes run. `on_breakpoint` says what `breakpoint()` does in
    them without a session: `wait`, `wait:SECONDS` or `skip`; empty: what the environment says, else `wait`.
    """
    # No colon without something behind it: an empty entry would put the working directory on sys.path. It is
    # a colon on every host: what is debugged never runs on Windows itself.
    path = ":".join(filter(None, (str(payload), environ.get("PYTHONPATH", ""))))
    # Who has set one of uWSGI's knows why.
    uwsgi = {name: environ.get(name, value) for name, value in _UWSGI.items()}
    chosen = {"HATCHWAY_ON_BREAKPOINT": on_breakpoint} if on_breakpoint else {}
    return {"PYTHONPATH": path, "HATCHWAY_RUN": str(run_dir), **chosen, **uwsgi}


def relay_argv(payload: PurePath, python: str, run_dir: PurePath) -> list[str]:
    """Return the command that runs a relay over the processes of `run_dir`; nothing of ours boots in it."""
    return [python, "-I", "-S", str(payload / "hatchway_agent"), "relay", str(run_dir)]


def survey_argv(payload: PurePath, python: str, run_dir: PurePath) -> list[str]:
    """Return the command that prints the survey of `run_dir` as JSON."""
    return [python, "-I", "-S", str(payload / "hatchway_agent"), "survey", str(run_dir)]


def cache_place() -> Path:
    """Return where the directory of what can be made again is, or will be."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if given.startswith("/") else Path.home() / ".cache") / "hatchway"


def cache_directory() -> Path:
    """Return the directory of what can be made again, ours alone."""
    place = cache_place()
    with contextlib.suppress(OSError):  # what is wrong with it, the next line says better
        place.parent.mkdir(parents=True, exist_ok=True)
    return private_directory(place)


def files_argv(payload: PurePath, python: str, run_dir: PurePath) -> list[str]:
    """Return the command that lists the source files asked for on its stdin as JSON."""
    return [python, "-I", "-S", str(payload / "hatchway_agent"), "files", str(run_dir)]


def _as_root(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    member.mode = 0o755 if member.isdir() else 0o644
    return member


def _hash_of_interpreter(interpreter: Path) -> str:
    found = interpreter.stat()  # what the path leads to may be upgraded in its place
    return hashlib.sha256(f"{interpreter}\0{found.st_mtime_ns}\0{found.st_size}".encode()).hexdigest()[:16]


def _payload_files() -> Iterator[tuple[str, Path]]:
    agent = _package_directory("hatchway_agent")
    yield "sitecustomize.py", agent / "_sitecustomize.py"
    for file in sorted(agent.rglob("*.py")):
        yield f"hatchway_agent/{file.relative_to(agent).as_posix()}", file
    pydevd = _package_directory("debugpy") / "_vendored" / "pydevd"
    for file in sorted(pydevd.rglob("*")):
        if _is_delivered(file.relative_to(pydevd)):
            yield f"pydevd/{file.relative_to(pydevd).as_posix()}", file
    for pattern in _TAKEN_OUT_OF_ATTACH:
        for file in sorted((pydevd / "pydevd_attach_to_process").glob(pattern)):
            yield f"pydevd/pydevd_attach_to_process/{file.name}", file
    yield "pydevd/LICENSE", _debugpy_licence()


def _is_delivered(file: Path) -> bool:
    return (
        file.suffix == _SUFFIX
        and not file.name.startswith(("setup_", "__main__"))
        and not any(part in _LEFT_OUT or part.startswith(("test_", "tests_")) for part in file.parts)
    )


def _is_imported(file: Path, payload: Path) -> bool:
    parts = file.relative_to(payload).parts
    return parts[0] != "pydevd" or not any(
        part in ("pydev_ipython", "fsnotify", "pydev_run_in_console.py", "pydev_app_engine_debug_startup.py")
        for part in parts
        if file.name != "__init__.py"
    )


def _package_directory(name: str) -> Path:
    # Found, not imported: the agent's modules are for other processes, and importing debugpy has effects.
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        msg = f"{name} is not installed beside hatchway"
        raise HatchwayError(msg, "Install hatchway again: its installation is not whole.")
    return Path(spec.origin).parent


def _debugpy_licence() -> Path:
    for file in importlib.metadata.files("debugpy") or ():
        if file.name == "LICENSE":
            return Path(str(file.locate()))
    msg = "debugpy's licence is missing from its installation"
    raise HatchwayError(msg, "Install hatchway again: debugpy may only be copied with its licence.")


def _content_hash(files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, file in sorted(files.items()):
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _build(files: Mapping[str, Path], payload: Path) -> None:
    made = Path(tempfile.mkdtemp(prefix="new-", dir=payload.parent))  # 0700, as it will stay
    try:
        for name, file in files.items():
            target = made / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
            target.chmod(0o644)
        made.rename(payload)
    except OSError as error:
        if not payload.is_dir():  # else another builder was first, and what it made is the same
            msg = f"the payload cannot be written to {payload.parent}: {error.strerror}"
            raise HatchwayError(msg, "Set XDG_CACHE_HOME to a directory with 10 MB of space.") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _drop_old(cache: Path, current: Path) -> None:
    with contextlib.suppress(OSError):  # another builder may be dropping the same ones
        others = [found for found in cache.glob("payload-*") if found != current and not found.is_symlink()]
        for old in sorted(others, key=lambda found: found.stat().st_mtime, reverse=True)[_KEPT:]:
            shutil.rmtree(old, ignore_errors=True)
        for unfinished in cache.glob("new-*"):
            if unfinished.lstat().st_mtime < time.time() - _ABANDONED:
                shutil.rmtree(unfinished, ignore_errors=True)
