"""Runs the tests by pytest, in this process."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING, Any

from hatchway_agent.testing import failing

if TYPE_CHECKING:
    from collections.abc import Callable


def run(words: list[str], results: str, *, debugs: bool, kept: str) -> int:
    """Run pytest with these words; return its exit code. `kept` is where its cache can be, if not here."""
    import pdb  # noqa: T100 - it is to be given back

    import pytest

    own = [f"--junit-xml={results}/junit.xml"]
    if kept:
        own += ["-o", f"cache_dir={kept}"]
    if importlib.util.find_spec("pytest_cov"):
        own.append("--no-cov")  # coverage is measured already
    if debugs and importlib.util.find_spec("pytest_timeout"):
        own.append("--timeout=0")  # who looks at a test takes their time
    _keep_place_to_itself()
    sys.argv = ["pytest", *words]
    return int(pytest.main([*own, *words], plugins=[_Plugin(pdb.set_trace, debugs=debugs)]))


def _say_nothing(_: Any) -> None:
    """Be the last words of pytest's junit plugin."""


def _keep_place_to_itself() -> None:
    """Have pytest not tell where junit.xml is: it will be elsewhere, which the host says."""
    try:
        from _pytest.junitxml import LogXML

        LogXML.pytest_terminal_summary = _say_nothing  # type: ignore[method-assign,assignment]
    except (ImportError, AttributeError):
        pass


class _Plugin:
    """What we add to pytest."""

    def __init__(self, set_trace: Callable[..., object], *, debugs: bool) -> None:
        self._set_trace = set_trace
        self._debugs = debugs

    def pytest_sessionstart(self, session: Any) -> None:  # noqa: ARG002 - pytest's names
        """Have `pdb.set_trace()` stop in the session: pytest has put a pdb of its own there."""
        import pdb  # noqa: T100 - the same

        if self._debugs:
            pdb.set_trace = self._set_trace  # type: ignore[assignment]

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:  # noqa: ARG002
        """Show what a test did not expect."""
        if self._debugs:
            failing.show((call.excinfo.type, call.excinfo.value, call.excinfo.tb))
