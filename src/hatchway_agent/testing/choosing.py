"""Which runner an application's tests are for, told from its files, with the reason."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SECTIONS = (
    ("pytest.ini", ""),
    (".pytest.ini", ""),
    ("pytest.toml", ""),
    ("pyproject.toml", r"^\[tool\.pytest"),
    ("tox.ini", r"^\[pytest\]"),
    ("setup.cfg", r"^\[tool:pytest\]"),
)
"""Files that configure pytest, with what stands in them if they are others' too."""
_TEST_FILE = re.compile(r"test.*\.py|.*_test\.py")
_FOR_PYTEST = re.compile(r"^(import pytest|from pytest|(async )?def test_)", re.MULTILINE)
_ELSEWHERE = ("node_modules", "site-packages", "__pycache__")
_DEEPEST = 6
_MOST_FOLDERS = 2000
_MOST_FILES = 200
_LONGEST = 1 << 18


class Choice:
    """A runner, and why it."""

    def __init__(self, runner: str, because: str, folder: str = "") -> None:
        """Take its name: `pytest`, `unittest` or `django`. `folder` is where unittest has to look."""
        self.runner = runner
        self.because = because
        self.folder = folder


def choose(folder: str, *, has_pytest: bool, has_words: bool) -> Choice | None:
    """Return the runner for the tests of a folder; None if there are none.

    `has_words` says that the tests are named: then those that we do not see may be meant.
    """
    files = list(_test_files(folder))
    tests = [name for name in files if not name.endswith("conftest.py")]
    if because := _why_pytest(folder, files):
        return Choice("pytest", because)
    if _is_file(folder, "manage.py") and "django" in _text(os.path.join(folder, "manage.py")):
        return Choice("django", "manage.py is Django's")
    if has_pytest and (tests or has_words):
        return Choice("pytest", "it is installed")
    if tests:
        return Choice("unittest", f"{tests[0]} needs no more", _where(folder, tests))
    return Choice("unittest", "there is nothing else") if has_words else None


def _why_pytest(folder: str, files: list[str]) -> str:
    """Return why the tests are for pytest and nothing else; empty if they are not."""
    for name, section in _SECTIONS:
        if _is_file(folder, name) and re.search(section, _text(os.path.join(folder, name)), re.MULTILINE):
            return f"{name} configures it"
    for name in files[:_MOST_FILES]:
        if name.endswith("conftest.py"):
            return f"there is {name}"
        if _FOR_PYTEST.search(_text(os.path.join(folder, name))):
            return f"{name} is written for it"
    return ""


def _where(folder: str, tests: list[str]) -> str:
    """Return the folder of tests that is no package: from above, unittest finds nothing there."""
    first = {name.partition(os.sep)[0] for name in tests}
    (only, *more) = first
    is_plain = not more and os.path.isdir(os.path.join(folder, only))
    return only if is_plain and not _is_file(os.path.join(folder, only), "__init__.py") else ""


def _test_files(folder: str) -> Iterator[str]:
    """Yield the test files and conftests below a folder, the upper ones first, by their paths in it."""
    waiting = [""]
    seen = 0
    while waiting and seen < _MOST_FOLDERS:
        inner = waiting.pop(0)
        seen += 1
        try:
            entries = sorted(os.scandir(os.path.join(folder, inner)), key=lambda entry: entry.name)
        except OSError:
            continue
        names = {entry.name for entry in entries}
        if "pyvenv.cfg" in names:
            continue
        for entry in entries:
            path = os.path.join(inner, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if path.count(os.sep) < _DEEPEST and entry.name[0] != "." and entry.name not in _ELSEWHERE:
                    waiting.append(path)
            elif entry.name == "conftest.py" or _TEST_FILE.fullmatch(entry.name):
                yield path


def _is_file(folder: str, name: str) -> bool:
    return os.path.isfile(os.path.join(folder, name))


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST)
    except OSError:
        return ""
