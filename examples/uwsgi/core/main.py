"""The application factory: uWSGI calls `create_app` in its master, tests call it in theirs."""

from flask import Flask

from core.api import api


def create_app() -> Flask:
    """Make the application, configured by the variables of the environment that begin with `CORE_`."""
    app = Flask(__name__)
    app.config["MOST_NUMBERS"] = 100
    app.config.from_prefixed_env("CORE")
    app.register_blueprint(api)
    return app
