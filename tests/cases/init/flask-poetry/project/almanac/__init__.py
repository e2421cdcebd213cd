from importlib.metadata import version

from flask import Flask, jsonify


def create_app():
    app = Flask(__name__)

    @app.get("/")
    def today():
        release = version("almanac")
        return jsonify(release=release)

    return app
