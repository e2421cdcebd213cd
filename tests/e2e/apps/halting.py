"""A service with `breakpoint()` in its code: in a request, and in what the supervisor imports."""

import os

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/halt/<name>")
def halt(name: str) -> object:
    """Answer who has waited."""
    breakpoint()  # noqa: T100 # stop: halt
    return jsonify(name=name, pid=os.getpid())  # stop: behind


if os.environ.get("HALT_AT_IMPORT"):
    breakpoint()  # noqa: T100 # stop: import
    os.environ["HALT_AT_IMPORT"] = ""  # stop: behind import
