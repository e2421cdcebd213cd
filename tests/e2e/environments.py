"""Environments of the debugged applications: for each CPython found on the machine, built once and kept.

They hold `requirements/apps.txt`, or a group such as `requirements/apps-servers.txt`, and nothing of ours:
what a debuggee needs of us must be delivered to it.
"""

import fcntl
import functools
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "requirements"
KEPT = (ROOT / ".cache" / "apps").resolve()
"""Where it really is: scripts name their interpreter by this path, and a link to it may go."""
SUPPORTED = ("3.10", "3.11", "3.12", "3.13", "3.14")
COMPILED = ("uwsgi",)
"""Groups with a package that is built from its source."""
LOOK = """
import json, platform, sys
assert sys.prefix == sys.base_prefix, "an environment is not an interpreter of the machine"
print(json.dumps([platform.python_implementation(), platform.python_version(), sys.executable]))
"""


@functools.cache
def interpreters() -> dict[str, Path]:
    """Find one CPython for each supported version, by version, oldest first."""
    return {version: found for version in SUPPORTED if (found := _find(version))}


def newest() -> str:
    """Name the newest version found."""
    return list(interpreters())[-1]


def report() -> str:
    """Say which versions were found and which were not."""
    missing = [version for version in SUPPORTED if version not in interpreters()]
    lines = [f"  {version}  {path}" for version, path in interpreters().items()]
    lines += [f"  {version}  not found: not tested" for version in missing]
    for group in COMPILED:
        lines += [
            f"  {version}  {why}" for version in interpreters() if (why := cannot_build(version, group))
        ]
    return "\n".join(lines)


@functools.cache
def cannot_build(version: str, group: str) -> str:
    """Say why the environment of this version and group cannot be built here; nothing if it can."""
    if group not in COMPILED:
        return ""
    if shutil.which("cc") is None:
        return f"{group} is not tested: it is compiled, and there is no C compiler"
    look = (
        "import pathlib, sysconfig; print(pathlib.Path(sysconfig.get_path('include'), 'Python.h').exists())"
    )
    found = subprocess.run([interpreters()[version], "-I", "-c", look], capture_output=True, check=True)
    return (
        "" if b"True" in found.stdout else f"{group} is not tested: it is compiled, and Python.h is missing"
    )


@functools.cache
def app_python(version: str, group: str = "", *heavy: str) -> Path:
    """Build the environment of this version and group unless it is there; give its interpreter.

    What is heavy is installed into another one of that group, by pip: uv does not look where PyTorch is.
    """
    interpreter = interpreters()[version]
    requirements = LOCKS / f"apps-{group}.txt" if group else LOCKS / "apps.txt"
    made_of = requirements.read_bytes() + str(interpreter).encode() + " ".join(heavy).encode()
    fingerprint = hashlib.sha256(made_of).hexdigest()[:12]
    folder = KEPT / "-".join([version, *filter(None, [group]), *(one.partition("=")[0] for one in heavy)])
    python = folder / fingerprint / "bin" / "python"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests started side by side build it once
        ready = python.parent.parent / "ready"
        if not ready.exists():
            for outdated in folder.glob("*/"):
                shutil.rmtree(outdated)
            _uv("venv", "--quiet", "--python", str(interpreter), str(python.parent.parent))
            sync = ("pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode")
            _uv(*sync, "--python", str(python), str(requirements))
            if heavy:
                _pip(python, *heavy)
            ready.touch()
    return python


def _find(version: str) -> Path | None:
    for candidate in _candidates(version):
        answer = subprocess.run(
            [candidate, "-I", "-c", LOOK],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if answer.returncode == 0:  # a pyenv shim may be there and run nothing
            implementation, found, executable = json.loads(answer.stdout)
            if implementation == "CPython" and re.fullmatch(rf"{re.escape(version)}\.\d+", found):
                return Path(executable)
    return None


def _candidates(version: str) -> Iterator[Path]:
    for folder in os.get_exec_path():
        if (on_path := Path(folder, f"python{version}")).exists():
            yield on_path
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{version}*/bin/python{version}"), reverse=True)


def _uv(*arguments: str) -> None:
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, *arguments], check=True, env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"})


def _pip(python: Path, *wanted: str) -> None:
    quiet = ("--quiet", "--no-compile", "--disable-pip-version-check", "--root-user-action=ignore")
    subprocess.run(
        [sys.executable, "-m", "pip", f"--python={python}", "install", *quiet, *wanted], check=True
    )


if __name__ == "__main__":
    # With the name of a group: where mypy finds the types of what only an example stands on.
    said = "\n".join(str(app_python(newest(), group)) for group in sys.argv[1:]) or report()
    print(said)  # noqa: T201 - for scripts/test
