import os

import psycopg
from flask import Flask

app = Flask(__name__)


@app.get("/up")
def up():
    with psycopg.connect(host=os.environ["DB_HOST"], user=os.environ["DB_USER"], password=os.environ["DB_PASS"]):
        return "up"
