"""The second way in, where Python ignores `PYTHONPATH`: a `.pth` file in the app's virtual environment.

Each run has a file of its own, there for as long as the run, and a note of it, by which the next command
removes what a run that was killed has left.
"""

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from hatchway.cli._notes import noted, undo_forsaken
from hatchway.errors import HatchwayError

_KIND = "pth"
_HEAD = 512
"""Bytes of a script that tell its interpreter."""
_PATIENCE = 30.0
_PYTHON = re.compile(r"python[0-9.]*")
_EXEC = re.compile(r"^'''exec' \"?(/[^\"\n]*?/python[0-9.]*)\"? ", re.MULTILINE)
"""What installers write below `#!/bin/sh` if the path of the interpreter is too long for the kernel."""
_ASK = """
import sys, sysconfig
print(sysconfig.get_path("purelib") if sys.prefix != sys.base_prefix else "")
"""


def line_for(payload: Path, environ: Mapping[str, str]) -> str:
    """Return the line: it does nothing in processes of other runs, and nothing once the payload is gone."""
    script, run = ascii(str(payload / "hatchway_agent" / "_pth.py")), ascii(environ["HATCHWAY_RUN"])
    return (
        "import os, _frozen_importlib_external as _hatchway; "
        f"os.environ.get('HATCHWAY_RUN') == {run} and os.path.isfile({script}) and "
        f"exec(_hatchway.SourceFileLoader('hatchway', {script}).get_code('hatchway'), "
        f"{{'__file__': {script}}})\n"
    )


@contextlib.contextmanager
def second_way(program: str, payload: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Have the Pythons of the program's virtual environment boot the agent while the block runs.

    Yields the file that does it. Raises `HatchwayError` if there is no such environment, or it is not ours.
    """
    if sys.platform == "win32":
        msg = "--pth is for processes of this host"
        raise HatchwayError(msg, "On Windows, run the app in a container or in WSL.")
    packages = _packages_of(_interpreter_of(Path(program), environ))
    file = packages / f"hatchway-{secrets.token_hex(6)}.pth"
    with noted(_KIND, str(file)):
        try:
            _write(file, line_for(payload, environ))
            yield file
        finally:
            file.unlink(missing_ok=True)


def sweep_second_ways() -> None:
    """Remove the files of runs that were killed."""
    undo_forsaken(_KIND, lambda file: Path(file).unlink(missing_ok=True))


def _interpreter_of(program: Path, environ: Mapping[str, str]) -> Path:
    """Return the Python that runs a program: itself, that of its first line, or that of its environment."""
    if _PYTHON.fullmatch(program.name):
        return program
    if found := _named_in(program):
        return found
    active = environ.get("VIRTUAL_ENV")
    for folder in (program.parent.parent, *([Path(active)] if active else [])):
        if (folder / "pyvenv.cfg").exists():
            return folder / "bin" / "python"
    msg = f"--pth: which Python `{program.name}` runs is not to be seen"
    raise HatchwayError(msg, "Activate its virtual environment, and try again.")


def _named_in(script: Path) -> Path | None:
    """Return the Python that a script's first lines name."""
    try:
        with script.open("rb") as file:
            head = file.read(_HEAD).decode(errors="replace")
    except OSError:
        return None
    if not head.startswith("#!"):
        return None
    words = head.partition("\n")[0][2:].split()
    if words and Path(words[0]).name == "env":
        named = next((word for word in words[1:] if _PYTHON.fullmatch(word)), "")
        return Path(found) if (found := shutil.which(named)) else None
    if words and _PYTHON.fullmatch(Path(words[0]).name):
        return Path(words[0])
    found_below = _EXEC.search(head)
    return Path(found_below[1]) if found_below else None


def _packages_of(python: Path) -> Path:
    """Return the `site-packages` of a virtual environment. Raises `HatchwayError` if it is none of ours."""
    try:
        said = subprocess.run(  # noqa: S603 - the interpreter the user runs the app with
            [python, "-I", "-c", _ASK],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
            env={name: value for name, value in os.environ.items() if name != "HATCHWAY_RUN"},
        )
    except (OSError, subprocess.SubprocessError) as error:
        msg = f"--pth: {python} does not run"
        raise HatchwayError(msg, "Is its virtual environment whole?") from error
    packages = Path(os.fsdecode(said.stdout).strip())
    if packages == Path():
        msg = f"--pth: {python} is in no virtual environment"
        raise HatchwayError(msg, "Run the app from one (`python -m venv .venv`); others are left alone.")
    if packages.stat().st_uid != os.getuid():
        msg = f"--pth: {packages} is not yours"
        raise HatchwayError(msg, "Run the app from a virtual environment of your own.")
    return packages


def _write(file: Path, line: str) -> None:
    try:
        file.write_text(line, "ascii")
    except OSError as error:
        msg = f"--pth: {file.parent} cannot be written to: {error.strerror}"
        raise HatchwayError(msg, "Run the app from a virtual environment of your own.") from error
