from flask import Flask


def create_app(name="shop"):
    app = Flask(name)

    @app.get("/")
    def index():
        return name

    return app
