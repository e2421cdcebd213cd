"""Which versions of Python a project allows, and which one is taken."""

from pathlib import Path

import pytest

from hatchway.scaffold.code import read_code
from hatchway.scaffold.project import open_project
from hatchway.scaffold.python import allows, choose_python


@pytest.mark.parametrize(
    ("requires", "allowed", "refused"),
    [
        (">=3.10", [10, 14], [9]),
        (">=3.10,<3.13", [10, 12], [9, 13]),
        (">= 3.9, != 3.11.*", [9, 12], [11]),
        ("^3.11", [11, 14], [10]),
        ("~3.12", [12], [11, 13]),
        ("~=3.10", [10, 14], [9]),
        ("~=3.10.2", [10], [11]),
        ("==3.12.*", [12], [11]),
        ("3.12", [12], [13]),
        ("<3.10 || >=3.13", [9, 13], [11]),
        (">3.10", [11], [10]),
        (">=2.7", [9, 14], []),
        ("nonsense", [9, 14], []),
        ("", [9, 14], []),
    ],
)
def test_a_requirement_lets_versions_in(requires: str, allowed: list[int], refused: list[int]) -> None:
    assert [minor for minor in allowed if not allows(requires, (3, minor))] == []
    assert [minor for minor in refused if allows(requires, (3, minor))] == []


def chosen(folder: Path, **files: str) -> tuple[str, str]:
    for name, text in files.items():
        (folder / NAMES.get(name, name)).write_text(text)
    (folder / "app.py").touch()
    python = choose_python(read_code(open_project(folder)), ".", "shop").python
    return python.version, python.match.because


NAMES = {
    "pyproject": "pyproject.toml",
    "pinned": ".python-version",
    "runtime": "runtime.txt",
    "code": "app.py",
    "setup": "setup.py",
}


def test_the_usual_version_is_taken_if_nothing_is_said(tmp_path: Path) -> None:
    assert chosen(tmp_path)[0] == "3.13"


def test_classifiers_say_it_where_nothing_else_does(tmp_path: Path) -> None:
    kinds = ", ".join(f'"Programming Language :: Python :: 3.{minor}"' for minor in (10, 11))
    text = f"[project]\nclassifiers = [{kinds}]"
    assert chosen(tmp_path, pyproject=text) == (
        "3.11",
        "pyproject.toml, in its classifiers, asks for >=3.10,<3.12",
    )


def test_a_pin_wins_over_a_range(tmp_path: Path) -> None:
    text = '[project]\nrequires-python = ">=3.9"'
    assert chosen(tmp_path, pyproject=text, pinned="3.10.4\n") == ("3.10", ".python-version says 3.10")


def test_a_pin_without_an_image_is_moved_to_the_next(tmp_path: Path) -> None:
    assert chosen(tmp_path, runtime="python-3.6.15")[0] == "3.9"


@pytest.mark.parametrize(
    ("code", "version"),
    [
        ("import asyncore", "3.11"),
        ("import telnetlib", "3.12"),
        ("import annotationlib", "3.14"),
        ("try:\n    import telnetlib\nexcept ImportError:\n    pass", "3.13"),
        ("import sys\nif sys.version_info < (3, 12):\n    import imp", "3.13"),
    ],
)
def test_what_the_code_imports_moves_the_version(tmp_path: Path, code: str, version: str) -> None:
    (tmp_path / "app.py").write_text(code)
    assert choose_python(read_code(open_project(tmp_path)), ".", "shop").python.version == version


def test_two_pins_that_differ_are_a_tie(tmp_path: Path) -> None:
    (tmp_path / "app.py").touch()
    (tmp_path / ".python-version").write_text("3.12")
    (tmp_path / "runtime.txt").write_text("python-3.11.2")
    (tie,) = choose_python(read_code(open_project(tmp_path)), ".", "shop").ties
    assert [one.answer for one in tie.choices] == ["3.12", "3.11"]
