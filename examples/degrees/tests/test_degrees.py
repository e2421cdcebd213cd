"""The degrees API keeps its contract, and refuses clearly what it cannot do."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import degrees
from records import FIRST, Records

FIVE = [
    {"id": 0, "year": 1990, "degrees": 5818},
    {"id": 1, "year": 1991, "degrees": 5725},
    {"id": 2, "year": 1992, "degrees": 6005},
    {"id": 3, "year": 1993, "degrees": 6123},
    {"id": 4, "year": 1994, "degrees": 6096},
]


def test_all_records(api: FlaskClient) -> None:  # S4.15, S4.16
    answer = api.get("/degrees")
    assert (answer.status_code, answer.json) == (200, FIVE)


def test_from_a_year_on(api: FlaskClient) -> None:  # S4.17
    assert api.get("/degrees?start=1993").json == FIVE[3:]
    assert api.get("/degrees?start=-1993").json == FIVE
    assert api.get("/degrees?start=2000").json == []


def test_at_most_so_many(api: FlaskClient) -> None:  # S4.19
    assert api.get("/degrees?limit=2").json == FIVE[:2]
    assert api.get("/degrees?start=1991&limit=3").json == FIVE[1:4]
    assert api.get("/degrees?limit=0").json == []


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("start=abc", "Invalid start parameter; start must be an integer."),
        ("start=", "Invalid start parameter; start must be an integer."),
        ("limit=some", "Invalid limit parameter; limit must be an integer."),
        ("limit=-1", "Invalid limit parameter; limit must be from 0 to 1000000000."),
        (f"start={'9' * 30}", "Invalid start parameter; start must be from -1000000000 to 1000000000."),
    ],
)
def test_a_bad_query(query: str, error: str, api: FlaskClient) -> None:  # S4.18, S4.W5, S4.M2
    answer = api.get(f"/degrees?{query}")
    assert (answer.status_code, answer.json) == (400, {"error": error})


def test_one_record(api: FlaskClient) -> None:  # S4.20
    assert api.get("/degrees/3").json == FIVE[3]
    for path in ("/degrees/A", "/degrees/-1"):
        assert api.get(path).status_code == 404


@pytest.mark.parametrize("number", ["99", "9" * 30])
def test_an_unknown_record(number: str, api: FlaskClient) -> None:  # S4.20, S4.M2
    for path in (f"/degrees/{number}", f"/degrees/{number}/degrees"):
        answer = api.get(path)
        error = f"There is no record with the id {number}."
        assert (answer.status_code, answer.json) == (404, {"error": error})


def test_one_count(api: FlaskClient) -> None:  # S4.21
    answer = api.get("/degrees/3/degrees")
    assert (answer.status_code, answer.mimetype, answer.json) == (200, "application/json", 6123)


def test_removing(api: FlaskClient) -> None:  # S4.22
    answer = api.delete("/degrees", json={"id": 4})
    assert (answer.status_code, answer.json) == (200, FIVE[:4])
    assert api.get("/degrees").json == FIVE[:4]
    assert api.delete("/degrees", json={"id": 4}).status_code == 404


def test_adding(api: FlaskClient) -> None:  # S4.23, S4.M2
    new = {"id": 5, "year": 1995, "degrees": 6000}
    answer = api.post("/degrees", json=new)
    assert (answer.status_code, answer.json, answer.location) == (201, new, "/degrees/5")
    assert api.get("/degrees").json == [*FIVE, new]
    assert api.post("/degrees", json=new).status_code == 409
    assert api.post("/degrees", json={"year": 1996, "degrees": 1}).json == {
        "id": 6,
        "year": 1996,
        "degrees": 1,
    }


def test_changing(api: FlaskClient) -> None:  # S4.23
    changed = {"id": 4, "year": 1994, "degrees": 1}
    assert api.put("/degrees", json=changed).json == changed
    assert api.get("/degrees/4").json == changed
    assert api.put("/degrees", json={**changed, "id": 99}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [{}, [], "4", {"id": "4"}, {"id": True, "year": 1, "degrees": 1}, {"id": -1}, {"id": 10**30}],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_bad_body(method: str, body: Any, api: FlaskClient) -> None:  # S4.W5, S4.M2
    answer = api.open("/degrees", method=method, json=body)
    assert answer.status_code == 400
    assert set(answer.get_json()) == {"error"}
    assert api.get("/degrees").json == FIVE


def test_no_json(api: FlaskClient) -> None:  # S4.W5
    for method in ("POST", "PUT", "DELETE"):
        assert api.open("/degrees", method=method, data="id=4").status_code == 415
        broken = api.open("/degrees", method=method, data="{", content_type="application/json")
        assert broken.status_code == 400


def test_a_refused_method_says_which_are_allowed(api: FlaskClient) -> None:
    answer = api.patch("/degrees")
    assert (answer.status_code, answer.mimetype) == (405, "application/json")
    assert answer.allow.as_set() == {"get", "head", "options", "post", "put", "delete"}


def test_records_outlive_the_process_and_are_shared(api: FlaskClient) -> None:  # S4.W6, S4.M2
    api.delete("/degrees", json={"id": 0})
    assert Records(degrees.store().path).since() == list(FIRST[1:])


def test_the_store_is_away(api: FlaskClient, tmp_path: Path) -> None:
    assert api.get("/health").json == {"status": "ok", "store": str(tmp_path / "degrees.sqlite3")}
    (tmp_path / "degrees.sqlite3").write_text("this is no database, and long enough to be looked at")
    for path in ("/degrees", "/health"):
        answer = api.get(path)
        assert (answer.status_code, answer.json) == (
            503,
            {"error": "The store of the records does not answer."},
        )
