# was: from flask.ext.login import LoginManager
from flask_login import LoginManager
