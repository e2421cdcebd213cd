"""The same commands on the same program: `python -m pdb` and `hatchway pdb` say the same, to the letter."""

import difflib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from e2e.environments import interpreters, newest

PROGRAMS = Path(__file__).parent / "pdb_programs"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))
FRAMES_OF_PDB = re.compile(r"  \S*/(?:bdb|pdb)\.py\(\d+\)\w+\(\)\n-> .*\n|  <string>\(1\)<module>\(\)\n")

CHAIN = """\
def low():
    1 / 0

def middle():
    try:
        low()
    except ZeroDivisionError as error:
        raise KeyError("x") from error

def top(depth):
    try:
        top(depth - 1) if depth else middle()
    except KeyError:
        raise ValueError("no")

top(30)
"""
CHAINED = """\
c
exceptions
exceptions 0
w
u
exceptions 1
exceptions
exceptions 2
w
p $_exception
u 25
exceptions 3
q
q
"""


def said_by(argv: list[str], folder: Path, commands: str) -> str:
    done = subprocess.run(
        argv,
        cwd=folder,
        input=commands,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_chain_of_exceptions_is_walked_as_in_pdb(folder: Path) -> None:
    (folder / "chain.py").write_text(CHAIN)
    python = str(interpreters()["3.13"])  # the first whose pdb can
    pdb = said_by([python, "-m", "pdb", "chain.py"], folder, CHAINED)
    ours = said_by([sys.executable, "-m", "hatchway", "pdb", "--", python, "chain.py"], folder, CHAINED)

    ours = re.sub(r"(?m)^\(Pdb\) .*\n", "", ours.partition("(Pdb) q\n")[0])
    tracebacks, _, shown = ours.partition("ValueError: no\n")
    expected = pdb.partition("will restart the program\n")[2].partition("Traceback")[0]
    expected = FRAMES_OF_PDB.sub("", re.sub(r"(?m)^(\(Pdb\) )+", "", expected))
    assert shown.splitlines() == expected.splitlines()
    between = "was the direct cause of", "During handling of"
    assert re.findall("|".join((r"^\w+Error", *between)), tracebacks, re.MULTILINE) == [
        "ZeroDivisionError",
        between[0],
        "KeyError",
        between[1],
    ]


@pytest.mark.parametrize("name", NAMES)
def test_places_and_values_are_those_of_pdb(name: str, folder: Path) -> None:
    for suffix in ("py", "pdb"):
        shutil.copy(PROGRAMS / f"{name}.{suffix}", folder)
    python = str(interpreters()[newest()])
    commands = (folder / f"{name}.pdb").read_text()

    pdb = said_by([python, "-m", "pdb", f"{name}.py"], folder, commands)
    ours = said_by([sys.executable, "-m", "hatchway", "pdb", "--", python, f"{name}.py"], folder, commands)

    # pdb does not show what it was told, and has itself on the stack.
    expected = FRAMES_OF_PDB.sub("", re.sub(r"(?m)^(\(Pdb\) )+", "", pdb)).split("\n")
    shown = re.sub(r"(?m)^\(Pdb\) .*\n", "", ours.partition("(Pdb) q\n")[0]).split("\n")
    expected, shown = [
        [re.sub(r" at 0x[0-9a-f]+", " at 0x", line) for line in lines if line] for lines in (expected, shown)
    ]
    assert len(expected) > 10, pdb
    assert shown == expected, "\n".join(difflib.unified_diff(expected, shown, "pdb", "hatchway", lineterm=""))
