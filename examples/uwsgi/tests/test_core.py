"""The core server keeps its contract."""

import os

import pytest
from flask.testing import FlaskClient

from core.main import create_app


def test_it_says_who_answers(client: FlaskClient) -> None:  # S1.13
    assert client.get("/").json == {"service": "core", "worker": os.getpid()}


@pytest.mark.parametrize(
    ("query", "value"),
    [("number=19&number=23", 42), ("number=-1", -1), ("", 0), (f"number={10**30}", 10**30)],
)
def test_it_adds_up(query: str, value: int, client: FlaskClient) -> None:
    answer = client.get(f"/sum?{query}")
    assert (answer.status_code, answer.json) == (200, {"value": value})


def test_it_refuses_what_is_no_number(client: FlaskClient) -> None:
    answer = client.get("/sum?number=4&number=two")
    assert (answer.status_code, answer.json) == (400, {"error": "'two' is no whole number."})


def test_it_is_configured_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORE_MOST_NUMBERS", "1")
    answer = create_app().test_client().get("/sum?number=1&number=2")
    assert (answer.status_code, answer.json) == (400, {"error": "At most 1 numbers can be added up."})


def test_it_refuses_in_json(client: FlaskClient) -> None:
    for answer, code in ((client.get("/nowhere"), 404), (client.post("/sum"), 405)):
        assert (answer.status_code, set(answer.get_json())) == (code, {"error"})


def test_it_is_healthy(client: FlaskClient) -> None:
    assert client.get("/health").json == {"status": "ok"}
