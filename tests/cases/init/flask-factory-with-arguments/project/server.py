import flask


def create_app(database, *, debug=False):
    """Neither servers nor the flask command know what to give it."""
    app = flask.Flask("notes")
    app.config["DATABASE"] = database
    app.debug = debug

    @app.route("/")
    def notes():
        return flask.jsonify([])

    return app


if __name__ == "__main__":
    create_app("notes.db").run(port=9000)
