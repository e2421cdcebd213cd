"""Runs the tests by unittest or by Django's runner, in this process, and writes a junit.xml for them."""

from __future__ import annotations

import runpy
import sys
import time
import unittest
from typing import Any
from xml.etree import ElementTree as ET

from hatchway_agent.testing import failing

NO_TESTS = 5
"""The exit code of pytest, and of unittest since 3.12."""
_FAILED = 1


class _Cases:
    """What is known of the tests that have run."""

    def __init__(self, *, debugs: bool) -> None:
        self.debugs = debugs
        self.suite = ET.Element("testsuite", name="unittest")
        self.began = time.time()
        self.counts = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)

    def add(self, test: unittest.TestCase, seconds: float, kind: str = "", text: str = "") -> None:
        """Note how a test, or a part of one, has ended."""
        module, _, name = test.id().rpartition(".")
        case = ET.SubElement(self.suite, "testcase", classname=module, name=name, time=f"{seconds:.3f}")
        self.counts["tests"] += 1
        if kind:
            self.counts[{"failure": "failures", "error": "errors"}.get(kind, kind)] += 1
            message = text.strip().rpartition("\n")[2]
            ET.SubElement(case, kind, message=_plain(message)).text = _plain(text)

    def write(self, path: str) -> None:
        """Write the junit.xml."""
        for name, count in self.counts.items():
            self.suite.set(name, str(count))
        self.suite.set("time", f"{time.time() - self.began:.3f}")
        suites = ET.Element("testsuites")
        suites.append(self.suite)
        ET.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)


def _plain(text: str) -> str:
    """Return the text without what XML cannot hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")


def _result_class(cases: _Cases) -> type[unittest.TextTestResult]:  # noqa: C901 - one method per way to end
    class Result(unittest.TextTestResult):
        """unittest's own result, which also notes each case, and shows a failure in the session."""

        _started = 0.0

        def startTest(self, test: Any) -> None:  # noqa: N802 - unittest's names
            self._started = time.monotonic()
            super().startTest(test)

        def _note(self, test: Any, kind: str = "", text: str = "") -> None:
            cases.add(test, time.monotonic() - (self._started or time.monotonic()), kind, text)

        def _bad(self, test: Any, kind: str, error: Any) -> None:
            self._note(test, kind, self._exc_info_to_string(error, test))  # type: ignore[attr-defined]
            if cases.debugs:
                failing.show(error)

        def addSuccess(self, test: Any) -> None:  # noqa: N802
            super().addSuccess(test)
            self._note(test)

        def addError(self, test: Any, err: Any) -> None:  # noqa: N802
            super().addError(test, err)
            self._bad(test, "error", err)

        def addFailure(self, test: Any, err: Any) -> None:  # noqa: N802
            super().addFailure(test, err)
            self._bad(test, "failure", err)

        def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # noqa: N802
            super().addSubTest(test, subtest, err)
            if err is not None:
                self._bad(subtest, "failure" if issubclass(err[0], test.failureException) else "error", err)

        def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802
            super().addSkip(test, reason)
            self._note(test, "skipped", reason)

        def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: N802
            super().addExpectedFailure(test, err)
            self._note(test, "skipped", "failed, as expected")

        def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802
            super().addUnexpectedSuccess(test)
            self._note(test, "failure", "succeeded unexpectedly")

    return Result


def run(words: list[str], folder: str, results: str, *, debugs: bool) -> int:
    """Run unittest with these words, or have it look in a folder; return the exit code."""
    cases = _Cases(debugs=debugs)
    unittest.TextTestRunner.resultclass = _result_class(cases)
    argv = ["python -m unittest", *(words or (["discover", "-s", folder] if folder else []))]
    try:
        program = unittest.main(module=None, argv=argv, exit=False)
        good = program.result.wasSuccessful()
    finally:
        cases.write(f"{results}/junit.xml")
    return (0 if cases.counts["tests"] else NO_TESTS) if good else _FAILED


def run_django(words: list[str], results: str, *, debugs: bool) -> int:
    """Run `manage.py test` with these words; return the exit code."""
    cases = _Cases(debugs=debugs)
    unittest.TextTestRunner.resultclass = _result_class(cases)
    sys.argv = ["manage.py", "test", *words]
    try:
        runpy.run_path("manage.py", run_name="__main__")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    else:
        code = 0
    finally:
        cases.write(f"{results}/junit.xml")
    return code or (0 if cases.counts["tests"] else NO_TESTS)
