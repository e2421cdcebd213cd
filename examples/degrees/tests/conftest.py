"""The two applications as clients of Flask's own, the degrees over a store of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import degrees
import hello


@pytest.fixture
def greeter() -> FlaskClient:
    """Ask the hello service."""
    return hello.app.test_client()


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Ask the degrees API, over a new store."""
    monkeypatch.setenv("DEGREES_FILE", str(tmp_path / "degrees.sqlite3"))
    degrees.store.cache_clear()
    yield degrees.app.test_client()
    degrees.store.cache_clear()
