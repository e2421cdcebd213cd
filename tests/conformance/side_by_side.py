"""Rows whose tests mostly wait: they are begun together, and each test reports its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conformance.rows import Row

AT_ONCE = 3
"""Beside what other lanes run; with more, a server that gives its workers three seconds finds them slow."""

Outcome = Callable[[Row, str], Any]


def outcomes(act: Outcome) -> Iterator[Outcome]:
    """Make a fixture of a module: what came, or was raised, of doing this to the row of a test."""

    @pytest.fixture(scope="module")
    def outcome(request: pytest.FixtureRequest) -> Iterator[Outcome]:
        with ThreadPoolExecutor(AT_ONCE) as crowd:
            begun = {}
            for item in request.session.items:
                chosen = item.path == request.path and "outcome" in item.fixturenames
                if chosen and not item.get_closest_marker("skip"):
                    row, version = item.callspec.params["row"], item.callspec.params["version"]
                    begun[row.id, version] = crowd.submit(act, row, version)
            yield lambda row, version: begun[row.id, version].result()
            for future in begun.values():  # of tests that were not come to
                future.cancel()

    return outcome
