"""What can be asked of the core server."""

import os

from flask import Blueprint, Response, abort, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

api = Blueprint("api", __name__)


@api.get("/")
def hello() -> Response:
    """Say who answers."""
    return jsonify(service="core", worker=os.getpid())


@api.get("/sum")
def total() -> Response:
    """Answer the sum of all `number` in the query."""
    texts = request.args.getlist("number")
    if len(texts) > current_app.config["MOST_NUMBERS"]:
        abort(400, f"At most {current_app.config['MOST_NUMBERS']} numbers can be added up.")
    value = sum(map(number_of, texts))
    return jsonify(value=value)


@api.get("/health")
def health() -> Response:
    """Say that a worker is there to answer."""
    return jsonify(status="ok")


@api.app_errorhandler(HTTPException)
def is_refused(error: HTTPException) -> tuple[Response, int]:
    """Answer every refusal in JSON."""
    return jsonify(error=error.description), error.code or 500


def number_of(text: str) -> int:
    """Return the number that a text names. Refused, 400, if it is none."""
    try:
        return int(text)
    except ValueError:
        abort(400, f"{text!r} is no whole number.")
