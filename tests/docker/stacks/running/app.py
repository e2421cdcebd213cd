"""The shop's pages."""

import os

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/who/<name>")
def who(name):
    greeting = f"hello {name} from web"
    return jsonify(greeting=greeting, pid=os.getpid())  # stop: who
