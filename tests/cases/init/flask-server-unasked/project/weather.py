from flask import Flask

app = Flask(__name__)


@app.get("/")
def tell():
    words = "it rains"
    return words
