from importlib.metadata import version

from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.get("/release")
    def release():
        number = version("forum")
        return number

    return app
