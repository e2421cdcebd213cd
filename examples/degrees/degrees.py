"""The degrees API: how many degrees were awarded in which year."""

import functools
import os
import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from records import LARGEST, Record, Records, TakenError, UnknownRecordError

app = Flask(__name__)


@app.get("/degrees")
def list_degrees() -> Response:
    """Answer all records, or those from the year `start` on, at most `limit`."""
    records = store().since(number_in_query("start", -LARGEST), number_in_query("limit", LARGEST, lowest=0))
    return jsonify(records)


@app.get("/degrees/<int:number>")
def one_record(number: int) -> Response:
    """Answer one record."""
    return jsonify(store().get(number))


@app.get("/degrees/<int:number>/degrees")
def one_count(number: int) -> Response:
    """Answer the count of one record, a bare JSON number."""
    return jsonify(store().get(number).degrees)


@app.post("/degrees")
def add_record() -> tuple[Response, int, dict[str, str]]:
    """Keep a new record; one that brings no id gets the next."""
    told = told_in_body()
    number = number_of(told, "id") if "id" in told else None
    try:
        record = store().add(number_of(told, "year"), number_of(told, "degrees"), number)
    except TakenError:
        abort(409, f"There is a record with the id {number}.")
    return jsonify(record), 201, {"Location": f"/degrees/{record.id}"}


@app.put("/degrees")
def change_record() -> Response:
    """Put a record in the place of the one with its id."""
    told = told_in_body()
    record = Record(number_of(told, "id"), number_of(told, "year"), number_of(told, "degrees"))
    store().change(record)
    return jsonify(record)


@app.delete("/degrees")
def remove_record() -> Response:
    """Forget the record with this id, and answer those that are left."""
    store().remove(number_of(told_in_body(), "id"))
    return jsonify(store().since())


@app.get("/health")
def health() -> Response:
    """Say where the records are kept, once they have been read."""
    store().since(limit=1)
    return jsonify(status="ok", store=str(store().path))


@app.errorhandler(UnknownRecordError)
def is_unknown(error: UnknownRecordError) -> tuple[Response, int]:
    """Answer 404 in JSON."""
    return jsonify(error=f"There is no record with the id {error.args[0]}."), 404


@app.errorhandler(sqlite3.Error)
def store_is_away(error: sqlite3.Error) -> tuple[Response, int]:
    """Answer 503 in JSON; the reason is for the log alone."""
    app.logger.error("the store failed: %s", error)
    return jsonify(error="The store of the records does not answer."), 503


@app.errorhandler(HTTPException)
def is_refused(error: HTTPException) -> tuple[Response, int, dict[str, str]]:
    """Answer every other refusal in JSON, too."""
    headers = dict(error.get_headers())
    del headers["Content-Type"]
    return jsonify(error=error.description), error.code or 500, headers


def number_in_query(name: str, default: int, lowest: int = -LARGEST) -> int:
    """Return a number of the query. Refused, 400, if it is none or out of reach."""
    text = request.args.get(name, str(default))
    try:
        number = int(text)
    except ValueError:
        abort(400, f"Invalid {name} parameter; {name} must be an integer.")
    if not lowest <= number <= LARGEST:
        abort(400, f"Invalid {name} parameter; {name} must be from {lowest} to {LARGEST}.")
    return number


def told_in_body() -> dict[str, Any]:
    """Return the JSON object of the body. Refused, 400 or 415, if there is none."""
    told = request.get_json()
    if not isinstance(told, dict):
        abort(400, "The body must be a JSON object.")
    return told


def number_of(told: dict[str, Any], name: str) -> int:
    """Return a number of the body. Refused, 400, if it is missing, no number, or out of reach."""
    number = told.get(name)
    # JSON's true is an int to Python.
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= LARGEST:
        abort(400, f"{name} must be an integer from 0 to {LARGEST}.")
    return number


@functools.cache
def store() -> Records:
    """Open the one store of this process, on first use."""
    return Records(Path(os.environ.get("DEGREES_FILE", "degrees.sqlite3")).absolute())
