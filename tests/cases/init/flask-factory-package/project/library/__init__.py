from flask import Flask

from .extensions import db, migrate


def create_app(config="library.config.Production"):
    app = Flask(__name__)
    app.config.from_object(config)
    db.init_app(app)
    migrate.init_app(app, db)

    from .books.routes import books
    from .main import main

    app.register_blueprint(main)
    app.register_blueprint(books, url_prefix="/books")
    return app
