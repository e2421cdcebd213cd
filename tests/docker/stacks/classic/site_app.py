"""A site as many run it: behind nginx, under uWSGI, kept by supervisord."""

import os

from flask import Flask, jsonify

app = Flask(__name__)


@app.get("/who/<name>")
def who(name):
    greeting = f"hello {name} from the site"
    if name == "health":
        return jsonify(greeting=greeting)
    return jsonify(greeting=greeting, pid=os.getpid(), uid=os.getuid())  # stop: who
