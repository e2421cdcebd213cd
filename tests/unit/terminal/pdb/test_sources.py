"""What the text of a file says about where to stop."""

import pytest

from hatchway.terminal.pdb.entry import script_of
from hatchway.terminal.pdb.sources import (
    Extent,
    arguments_of,
    cannot_stop,
    entry_line,
    extent_of,
    line_of_function,
)

SOURCE = '''\
"""A module."""

import functools


@functools.cache
def outer(first, /, second=2, *rest, named, **others):
    """Do."""
    def inner(value):
        return value

    return inner(first)


class Thing:
    def outer(self):
        return self
'''.splitlines()


def test_a_function_reaches_from_its_decorators_to_its_last_line() -> None:
    assert extent_of(SOURCE, "outer", 12) == Extent(6, 12)
    assert extent_of(SOURCE, "outer", 17) == Extent(16, 17)
    assert extent_of(SOURCE, "inner", 10) == Extent(9, 10)
    assert extent_of(SOURCE, "<module>", 3) is None


def test_arguments_come_in_the_order_pdb_has() -> None:
    assert arguments_of(SOURCE, "outer", 12) == ["first", "second", "named", "rest", "others"]
    assert arguments_of(SOURCE, "outer", 17) == ["self"]
    assert arguments_of(SOURCE, "<module>", 1) == []


def test_a_function_is_entered_behind_its_docstring() -> None:
    assert line_of_function(SOURCE, "outer") == 9
    assert line_of_function(SOURCE, "Thing.outer") == 17
    assert line_of_function(SOURCE, "nowhere") is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"""Doc."""\nx = 1', 1),
        ("# note\n\nx = 1", 3),
        ("1\nx = 1", 2),
        ("# c\n@cache\ndef f(): ...", 2),
        ("", 1),
        ("no python at all (", 1),
    ],
)
def test_a_file_begins_with_the_first_line_that_runs(text: str, line: int) -> None:
    assert entry_line(text.splitlines()) == line


def test_pdb_has_words_for_lines_that_cannot_stop() -> None:
    assert cannot_stop(SOURCE, 3) == ""
    assert cannot_stop(SOURCE, 2) == "Blank or comment"
    assert cannot_stop(SOURCE, 99) == "End of file"
    text = ["def f():", '    """One.', "", "    two", '    """', "    x = '''", "three '''"]
    assert [bool(cannot_stop(text, line)) for line in range(1, 8)] == [
        False,
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert cannot_stop([], 99) == ""


@pytest.mark.parametrize(
    ("argv", "script"),
    [
        ("python app.py --debug", "app.py"),
        ("/usr/bin/python3.12 -X dev -W error -u app.py", "app.py"),
        ("python -m site_of_mine", "site_of_mine/__main__.py"),
        ("python -m flask run", ""),
        ("python -c pass app.py", ""),
        ("python", ""),
        ("python package", "package/__main__.py"),
        ("./app.py", "./app.py"),
        ("gunicorn app:app", ""),
    ],
)
def test_the_users_own_script_is_found_in_a_command(argv: str, script: str) -> None:
    there = {"app.py", "./app.py", "site_of_mine/__main__.py", "package/__main__.py"}
    assert script_of(argv.split(), there.__contains__) == script
