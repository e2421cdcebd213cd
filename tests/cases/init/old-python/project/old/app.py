import imp
import cgi

import ldap
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return cgi.__doc__
