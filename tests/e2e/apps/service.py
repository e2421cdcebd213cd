"""A small Flask service with places to stop in: plain, with locals to change, in a loop, across calls."""

import os
import threading

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/who/<name>")
def who(name: str) -> object:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return jsonify(greeting=greeting, pid=os.getpid())  # stop: who


@app.get("/sum/<int:count>")
def total(count: int) -> object:
    """Add up numbers, one step a line."""
    result = 0
    for number in range(count):
        result = add(result, number)  # stop: loop
    return jsonify(result=result)


def add(left: int, right: int) -> int:
    """Add two numbers."""
    both = left + right
    return both  # noqa: RET504 # stop: add


@app.get("/price/<name>")
def price(name: str) -> object:
    """Answer what one thing costs; fail over the others."""
    try:
        return jsonify(price={"tea": 3}[name])
    except KeyError as error:
        raise LookupError(name) from error


@app.get("/threads")
def threads() -> object:
    """Name this process's threads."""
    return jsonify(pid=os.getpid(), threads=[thread.name for thread in threading.enumerate()])
