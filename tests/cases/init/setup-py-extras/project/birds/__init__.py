from flask import Flask

app = Flask(__name__)


@app.get("/birds")
def birds():
    names = ["crow", "wren"]
    return names
