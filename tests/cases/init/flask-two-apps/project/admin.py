from flask import Flask

app = Flask(__name__)


@app.get("/admin")
def index():
    return "admin"
