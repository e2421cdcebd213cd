"""The hello service: greets the world, or whoever is named."""

from flask import Flask, abort
from markupsafe import escape

app = Flask(__name__)


@app.get("/")
def hello_world() -> str:
    """Greet everyone."""
    return "Hello, world!\n"


@app.get("/<name>")
def hello(name: str) -> str:
    """Greet one by name; the answer is HTML, and a name is not."""
    return f"Hello, {escape(name)}!\n"


@app.get("/favicon.ico")
def icon() -> str:
    """Have none: browsers ask for it by themselves, and want no greeting."""
    abort(404)
