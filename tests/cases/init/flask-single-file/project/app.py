"""A list of things to buy."""

import os

from flask import Flask, jsonify, request

app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
ITEMS = []


@app.get("/")
def index():
    """All of them."""
    return jsonify(ITEMS)


@app.post("/items")
def add():
    ITEMS.append(request.get_json())
    return jsonify(ITEMS), 201


@app.route("/healthz", methods=["GET"])
def health():
    return "ok"


if __name__ == "__main__":
    app.run(debug=True, port=5001)
