"""Which runner tests are for: told from the project's files, with the reason."""

from pathlib import Path

import pytest

from hatchway_agent.testing.choosing import choose

CASES = "import unittest\n\nclass Cases(unittest.TestCase): ...\n"
PLAIN = "def test_it():\n    assert True\n"


@pytest.mark.parametrize(
    ("files", "runner", "because"),
    [
        ({"pytest.ini": ""}, "pytest", "pytest.ini configures it"),
        ({"pyproject.toml": "[project]\n[tool.pytest.ini_options]\n"}, "pytest", "pyproject.toml configures"),
        ({"tox.ini": "[tox]\n[pytest]\n"}, "pytest", "tox.ini configures it"),
        ({"setup.cfg": "[tool:pytest]\n", "tests/test_a.py": CASES}, "pytest", "setup.cfg configures it"),
        ({"tests/conftest.py": ""}, "pytest", "there is tests/conftest.py"),
        ({"src/shop/tests/test_a.py": PLAIN}, "pytest", "src/shop/tests/test_a.py is written for it"),
        ({"pricing_test.py": "import pytest\n"}, "pytest", "pricing_test.py is written for it"),
        ({"tests/test_a.py": CASES}, "unittest", "tests/test_a.py needs no more"),
        ({"manage.py": "import django\n", "shop/tests.py": CASES}, "django", "manage.py is Django's"),
        ({"manage.py": "import django\n", "pytest.ini": "", "shop/tests.py": CASES}, "pytest", "pytest.ini"),
    ],
)
def test_the_files_tell(files: dict[str, str], runner: str, because: str, tmp_path: Path) -> None:
    write(tmp_path, files)
    choice = choose(str(tmp_path), has_pytest=False, has_words=False)
    assert choice is not None
    assert choice.runner == runner
    assert because in choice.because


def test_what_is_installed_decides_where_either_would_do(tmp_path: Path) -> None:
    write(tmp_path, {"tests/test_a.py": CASES})
    choice = choose(str(tmp_path), has_pytest=True, has_words=False)
    assert choice is not None
    assert (choice.runner, choice.because) == ("pytest", "it is installed")


@pytest.mark.parametrize(("package", "folder"), [(False, "tests"), (True, "")])
def test_unittest_is_shown_a_folder_that_is_no_package(package: bool, folder: str, tmp_path: Path) -> None:  # noqa: FBT001
    write(tmp_path, {"tests/test_a.py": CASES, **({"tests/__init__.py": ""} if package else {})})
    choice = choose(str(tmp_path), has_pytest=False, has_words=False)
    assert choice is not None
    assert choice.folder == folder


def test_environments_and_libraries_are_not_looked_into(tmp_path: Path) -> None:
    inside = {"env/pyvenv.cfg": "", "env/lib/test_a.py": PLAIN, "node_modules/x/test_a.py": PLAIN}
    write(tmp_path, {**inside, ".tox/test_a.py": PLAIN, "pyproject.toml": "[project]\n"})
    assert choose(str(tmp_path), has_pytest=True, has_words=False) is None
    named = choose(str(tmp_path), has_pytest=True, has_words=True)
    assert named is not None
    assert named.runner == "pytest"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
