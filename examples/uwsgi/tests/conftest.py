"""The application, as a client of Flask's own."""

import pytest
from flask.testing import FlaskClient

from core.main import create_app


@pytest.fixture
def client() -> FlaskClient:
    """Ask an application of the test's own."""
    return create_app().test_client()
