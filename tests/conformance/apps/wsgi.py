"""The WSGI application of the conformance suite; `VERSION` is what the reload tests edit."""

import os
from typing import Any

import leftovers
from flask import Flask, jsonify

VERSION = "0"
app = Flask(__name__)
LOADED = True  # stop: import


def create() -> Flask:
    """Make the application, as factories do."""
    made = app
    return made  # noqa: RET504 # stop: factory


@app.get("/who/<name>")
def who(name: str) -> Any:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return jsonify(greeting=greeting, pid=os.getpid(), version=VERSION)  # stop: who


@app.get("/version")
def version() -> Any:
    """Answer which text of this file runs, and where."""
    return jsonify(pid=os.getpid(), version=VERSION)


@app.get("/hang")
def hang() -> Any:
    """Hang."""
    return jsonify(leftovers.hang())


@app.get("/traces")
def traces() -> Any:
    """Answer what a debugger has left here."""
    return jsonify(leftovers.traces())
