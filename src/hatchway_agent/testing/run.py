"""One test run from its plan to its summary: `KIT/plan.json` in, `KIT/results/` out."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import tempfile
from typing import Any
from xml.etree import ElementTree as ET

from hatchway_agent.testing.choosing import Choice, choose
from hatchway_agent.testing.failing import is_debugged

_FAILED = 1
_FAILED_UNDER = 2
"""The exit code of `coverage report --fail-under`."""
_INTERRUPTED = 130


class CannotRunError(Exception):
    """There can be no run; its text is a word that the host knows."""


_NO_PYTEST = "no-pytest"
_NO_TESTS = "no-tests"


def run(payload: str, kit: str) -> int:
    """Run the tests; return the exit code. What was found is told in `results/summary.json`."""
    with open(f"{kit}/plan.json", encoding="utf-8") as file:
        plan: dict[str, Any] = json.load(file)
    results = f"{kit}/results"
    summary: dict[str, Any] = {"folder": os.getcwd(), "python": sys.version.partition(" ")[0]}
    try:
        _find_room(f"{kit}/scratch")
        code = _run(plan, summary, results, ours=[payload, kit, plan["tools"]], start=f"{kit}/start")
    except CannotRunError as problem:
        code = _FAILED
        summary["problem"] = str(problem)
    summary["code"] = code
    summary.update(_counts(f"{results}/junit.xml"))
    with open(f"{results}/summary.json", "w", encoding="utf-8") as file:
        json.dump(summary, file)
    return code


def _find_room(scratch: str) -> None:
    """Have temporary files go to the kit where a read-only container has no place for them."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        os.environ["TMPDIR"] = tempfile.tempdir = scratch


def _run(plan: dict[str, Any], summary: dict[str, Any], results: str, *, ours: list[str], start: str) -> int:
    sys.path.append(plan["tools"])
    words: list[str] = plan["words"]
    choice = _chosen(plan, words)
    summary.update(runner=choice.runner, because=choice.because)
    if choice.runner == "pytest" and importlib.util.find_spec("pytest") is None:
        raise CannotRunError(_NO_PYTEST)
    _say(f"testing with {choice.runner}, Python {summary['python']}: {choice.because}")
    if plan["coverage"] and _traces() and is_debugged():
        _say("breakpoints and coverage exclude each other before Python 3.12: this run measures none")
        plan["coverage"] = False
    measuring = _measuring(plan, ours, results)
    os.environ["HATCHWAY_TOOLS"] = plan["tools"]
    first, *rest = os.environ.get("PYTHONPATH", "").split(
        ":"
    )  # the agent's, whose sitecustomize runs the next
    sources = _sources_not_installed(os.path.join(os.getcwd(), "src"))
    os.environ["PYTHONPATH"] = ":".join(filter(None, [first, start, *sources, *rest]))
    sys.path[1:1] = sources
    if measuring is not None:
        measuring.start()
    try:
        code = _by(choice, words, results, debugs=plan["debugs"])
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except SystemExit as end:  # it does not understand its words, say
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    if measuring is not None and (told := measuring.finish(tells=bool(_counts(f"{results}/junit.xml")))):
        summary["coverage"] = told
        if "least" in told and code == 0:
            return _FAILED_UNDER
    return code


def _sources_not_installed(folder: str) -> list[str]:
    """Return the folder `src` of a project of which nothing can be imported yet; nothing else."""
    names = [name.removesuffix(".py") for name in (os.listdir(folder) if os.path.isdir(folder) else ())]
    names = [name for name in names if name.isidentifier()]
    if not names or any(importlib.util.find_spec(name) is not None for name in names):
        return []
    _say("nothing of src/ is installed: it is taken from there")
    return [folder]


def _chosen(plan: dict[str, Any], words: list[str]) -> Choice:
    has_pytest = importlib.util.find_spec("pytest") is not None
    asked: str = plan["runner"]
    choice = (
        Choice(asked, "as asked for")
        if asked
        else choose(os.getcwd(), has_pytest=has_pytest, has_words=bool(words))
    )
    if choice is None:
        raise CannotRunError(_NO_TESTS)
    return choice


def _traces() -> bool:
    """Tell whether debugger and coverage both want the one trace function that a thread has."""
    return sys.version_info < (3, 12)


def _measuring(plan: dict[str, Any], ours: list[str], results: str) -> Any:
    if not plan["coverage"]:
        return None
    from hatchway_agent.testing.measuring import Measuring

    return Measuring(ours, results, plan["sources"])


def _by(choice: Choice, words: list[str], results: str, *, debugs: bool) -> int:
    if choice.runner == "pytest":
        from hatchway_agent.testing import by_pytest

        kept = "" if os.access(os.getcwd(), os.W_OK) else f"{os.path.dirname(results)}/scratch/.pytest_cache"
        return by_pytest.run(words, results, debugs=debugs, kept=kept)
    from hatchway_agent.testing import by_unittest

    if choice.runner == "django":
        return by_unittest.run_django(words, results, debugs=debugs)
    return by_unittest.run(words, choice.folder, results, debugs=debugs)


def _counts(junit: str) -> dict[str, Any]:
    """Return how many tests there were, and how they ended; nothing if there were none."""
    try:
        suites = ET.parse(junit).getroot().iter("testsuite")  # noqa: S314 - written by us just now
        told = [suite.attrib for suite in suites]
    except (OSError, ET.ParseError):
        return {}
    counts = {
        name: sum(int(suite.get(name, 0)) for suite in told)
        for name in ("tests", "failures", "errors", "skipped")
    }
    return counts if counts["tests"] else {}


def _say(text: str) -> None:
    sys.stdout.write(f"hatchway: {text}\n")
    sys.stdout.flush()
