from flask import Flask
from flask.ext.sqlalchemy import SQLAlchemy

import settings

app = Flask(__name__)

if __name__ == "__main__":
    app.run(host="0.0.0.0", debug=bool(settings.DEBUG))
