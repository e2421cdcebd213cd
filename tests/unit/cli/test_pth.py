"""The second way in: which Python a command runs, and what is written for it."""

import subprocess
import sys
from pathlib import Path

import pytest

from hatchway.cli import _pth
from hatchway.errors import HatchwayError

LONG = "/a/" + "long/" * 30 + "bin/python3.12"


@pytest.mark.parametrize(
    ("head", "python"),
    [
        ("#!/venv/bin/python\n", "/venv/bin/python"),
        ("#!/venv/bin/python3.12 -sE\n", "/venv/bin/python3.12"),
        ("#! /venv/bin/python3 -I\n", "/venv/bin/python3"),
        (f"#!/bin/sh\n'''exec' {LONG} \"$0\" \"$@\"\n' '''\nimport re\n", LONG),
        (f"#!/bin/sh\n'''exec' \"{LONG}\" \"$0\" \"$@\"\n' '''\nimport re\n", LONG),
    ],
)
def test_a_scripts_first_lines_name_its_python(head: str, python: str, tmp_path: Path) -> None:
    script = tmp_path / "gunicorn"
    script.write_text(f"{head}raise SystemExit\n")
    assert _pth._interpreter_of(script, {}) == Path(python)


def test_env_looks_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script, python = tmp_path / "serve", tmp_path / "python3"
    script.write_text("#!/usr/bin/env -S python3 -I\n")
    python.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _pth._interpreter_of(script, {}) == python


def test_a_program_of_a_virtual_environment_runs_that_ones_python(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").touch()
    assert _pth._interpreter_of(tmp_path / "bin" / "uwsgi", {}) == tmp_path / "bin" / "python"
    assert (
        _pth._interpreter_of(Path("/bin/sh"), {"VIRTUAL_ENV": str(tmp_path)}) == tmp_path / "bin" / "python"
    )


def test_another_program_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "start.sh"
    script.write_text("#!/bin/sh\nexec python -I app.py\n")
    with pytest.raises(HatchwayError, match=r"--pth: which Python `start\.sh` runs is not to be seen"):
        _pth._interpreter_of(script, {})
    with pytest.raises(HatchwayError):
        _pth._interpreter_of(tmp_path / "missing", {})


def test_a_python_that_does_not_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HatchwayError, match="does not run"):
        _pth._packages_of(tmp_path / "python")


def test_the_line_is_silent_where_it_has_nothing_to_do(tmp_path: Path) -> None:
    line = _pth.line_for(tmp_path / "it's gone: é", {"HATCHWAY_RUN": "/run/é"})
    assert line.isascii()
    assert line.startswith("import ")
    assert line.endswith("\n")
    assert line.count("\n") == 1
    # As `site` executes it.
    argv = [sys.executable, "-I", "-W", "error", "-c", f"exec({line!r})"]
    for environ in ({}, {"HATCHWAY_RUN": "/another"}, {"HATCHWAY_RUN": "/run/é"}):
        done = subprocess.run(argv, env=environ, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
