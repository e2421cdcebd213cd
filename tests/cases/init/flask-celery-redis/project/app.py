from flask import Flask

from tasks import resize

flask_app = Flask(__name__)


@flask_app.post("/resize/<name>")
def start(name):
    return resize.delay(name).id


@flask_app.get("/health")
def health():
    return "ok"
