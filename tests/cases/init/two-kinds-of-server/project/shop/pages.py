from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    title = "A shop"
    return title
