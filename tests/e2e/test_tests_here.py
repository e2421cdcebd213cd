"""`hatchway test` on this host: reports, exit codes, and the debugger where a test fails."""

import json
import re
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from pathlib import Path

import pytest
from e2e.environments import app_python, interpreters, newest
from e2e.running import Editor, Running
from e2e.terminal import Terminal

VERSIONS = sorted({"3.11", newest()} & interpreters().keys())
SHOP = """\
def price(number):
    if number < 0:
        raise ValueError("negative")
    total = number * 2
    return total


def in_children_only():
    return 1
"""
TESTS = """\
import subprocess
import sys

import pytest

from shop import price


def test_expected():
    with pytest.raises(ValueError):
        price(-1)


def test_skipped():
    pytest.skip("not today")


def test_child():
    subprocess.run([sys.executable, "-c", "import shop; shop.in_children_only()"], check=True)


def test_wrong():
    paid = 41
    assert price(paid) == 83
"""
CASES = """\
import unittest
from shop import price


class Prices(unittest.TestCase):
    def test_right(self):
        self.assertEqual(price(2), 4)

    def test_parts(self):
        for number in (1, 2):
            with self.subTest(number=number):
                self.assertEqual(price(number), 2)

    @unittest.skip("not today")
    def test_skipped(self): ...
"""
DJANGO = """\
from django.contrib.auth.models import User
from django.test import TestCase


class Users(TestCase):
    def test_none(self):
        self.assertEqual(User.objects.count(), 0)

    def test_wrong(self):
        wrong = 7
        self.assertEqual(User.objects.count(), wrong)
"""
SLOW = """\
import time

def test_slow():
    print("begun", flush=True)
    time.sleep(100)
"""


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def hatchway(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "hatchway", "test", *words]
    return subprocess.run(argv, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture
def shop(folder: Path) -> Path:
    write(folder, {"shop.py": SHOP, "tests/test_shop.py": TESTS})
    return folder


@pytest.mark.parametrize("version", VERSIONS)
def test_reports_and_coverage_come_into_the_project(version: str, shop: Path) -> None:
    python = str(app_python(version))
    refused = hatchway(shop, "--python", python)
    assert refused.returncode == 1
    assert "the tests are for pytest (tests/test_shop.py is written for it)" in refused.stderr
    assert "hint: --with pytest brings it along" in refused.stderr

    done = hatchway(shop, "--python", python, "--with", "pytest", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["code"]) == (1, 1), done.stderr
    wanted = {"runner": "pytest", "tests": 4, "failures": 1, "errors": 0, "skipped": 1}
    assert told.items() >= wanted.items()
    assert told["coverage"] == {"percent": 100}, "with what the child ran"
    assert re.search(r"^TOTAL.+?(\d+%)$", done.stderr, re.MULTILINE)[1] == "100%"
    (suite,) = ET.parse(shop / "reports" / "junit.xml").getroot()
    assert suite.attrib["tests"] == "4"
    coverage = ET.parse(shop / "reports" / "coverage.xml").getroot()
    assert [source.text for source in coverage.iter("source")] == [str(shop)]
    assert {one.attrib["filename"] for one in coverage.iter("class")} == {"shop.py", "tests/test_shop.py"}
    assert (shop / "reports" / ".coverage").is_file()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_debugger_stands_where_a_test_fails(version: str, shop: Path) -> None:
    tests = shop / "tests" / "test_shop.py"
    tests.write_text(
        tests.read_text().replace("    paid = 41\n", "    paid = 41\n    import pdb; pdb.set_trace()\n")
    )
    words = ("--python", str(app_python(version)), "--with", "pytest", "--pdb", "-b", "shop.py:5, number > 9")
    with Terminal(shop, *words, command="test", patience=90) as terminal:
        said = terminal.prompt()
        assert "test_wrong()" in said, "pdb.set_trace() lands here, and not in pytest's"
        assert ("exclude each other" in said) == (version == "3.11")
        assert "shop.py(5)price()" in terminal.type("c")
        assert "82" in terminal.type("p total")
        said = terminal.type("c")
        assert "Traceback (most recent call last):" in said
        assert "AssertionError" in said
        assert "-> assert price(paid) == 83" in said
        assert "_pytest" not in said, "the runner's own frames are none of a person's business"
        assert "41" in terminal.type("p paid")
        terminal.send("c\r")
        assert terminal.end() == 1
    assert "2 passed, 1 failed, 1 skipped" in terminal.said
    assert ("100% covered" in terminal.said) == (version != "3.11")


def test_unittest_needs_nothing_and_has_a_report_too(folder: Path) -> None:
    write(folder, {"shop.py": SHOP, "tests/test_prices.py": CASES})
    done = hatchway(folder, "--python", str(app_python(newest())))
    assert done.returncode == 1, done.stderr
    assert "testing with unittest" in done.stdout
    assert "tests/test_prices.py needs no more" in done.stdout
    (suite,) = ET.parse(folder / "reports" / "junit.xml").getroot()
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["skipped"]) == ("3", "1", "1")
    named = hatchway(
        folder, "--python", str(app_python(newest())), "--", "tests.test_prices.Prices.test_right"
    )
    assert named.returncode == 0, named.stdout
    assert "1 passed" in named.stdout


def test_django_has_a_report_too(folder: Path) -> None:
    python = str(app_python(newest(), "frameworks"))
    subprocess.run([python, "-m", "django", "startproject", "mysite", "."], cwd=folder, check=True)
    write(folder, {"shop/__init__.py": "", "shop/tests.py": DJANGO})
    words = ("--python", python, "--pdb", "-c", "p wrong", "-c", "c", "--", "--parallel", "1")
    done = hatchway(folder, *words)
    assert "testing with django" in done.stdout, done.stderr
    assert "manage.py is Django's" in done.stdout
    assert "-> self.assertEqual(User.objects.count(), wrong)" in done.stdout, "not a line of unittest's"
    assert "\n7\n" in done.stdout
    assert "1 passed, 1 failed" in done.stdout
    assert done.returncode == 1
    (suite,) = ET.parse(folder / "reports" / "junit.xml").getroot()
    assert (suite.attrib["tests"], suite.attrib["failures"]) == ("2", "1")


def test_a_source_folder_need_not_be_installed(folder: Path) -> None:
    write(folder, {"src/shop/__init__.py": SHOP, "tests/test_shop.py": TESTS, "tox.ini": "[pytest]\n"})
    words = ("--with", "pytest", "--", "-k", "child or expected")
    done = hatchway(folder, "--python", str(app_python(newest())), *words)
    assert done.returncode == 0, done.stdout
    assert "nothing of src/ is installed: it is taken from there" in done.stdout
    assert "2 passed" in done.stdout
    assert re.search(r"^src/shop/__init__\.py +7 +2 ", done.stdout, re.MULTILINE), "by the child, too"


def test_an_editor_comes_first(shop: Path) -> None:
    words = ["test", "--python", str(app_python(newest())), "--with", "pytest", "--wait", "--", "-k", "wrong"]
    with Running([sys.executable, "-m", "hatchway", *words], shop) as run, Editor(run.hub_port) as editor:
        line = SHOP.splitlines().index("    return total") + 1
        editor.start({shop / "shop.py": [line]})
        thread = editor.stopped(60)
        assert editor.locals_of(editor.top(thread))[1]["total"] == "82"
        editor.resume(thread)
        thread = editor.stopped(60)
        assert editor.top(thread)["name"] == "test_wrong", "and where it fails"
        editor.resume(thread)
        run.line("1 failed", 60)
        run.line("written: reports/junit.xml, reports/coverage.xml", 60)
        assert run.process.wait(30) == 1


def test_ctrl_c_ends_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, {"test_slow.py": SLOW})
    with tempfile.TemporaryDirectory() as temporary:
        monkeypatch.setenv("TMPDIR", temporary)
        words = ["test", "--python", str(app_python(newest())), "--with", "pytest", "--", "-s"]
        with Running([sys.executable, "-m", "hatchway", *words], folder) as run:
            run.line("begun", 90)
            assert run.end(signal.SIGINT) == 130
        assert not list(Path(temporary).iterdir())


def test_a_project_without_tests_is_told_so(folder: Path) -> None:
    done = hatchway(folder, "--python", str(app_python(newest())))
    assert done.returncode == 1
    assert f"error: there are no tests in {folder}\n" in done.stderr
    assert hatchway(folder, "web").returncode == 2
