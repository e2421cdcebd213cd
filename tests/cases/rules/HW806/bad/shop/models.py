from flask.ext.login import LoginManager
import flask.ext.sqlalchemy as sql
