"""The conformance suite's application on the standard library alone: `python app.py PORT`."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from leftovers import leftovers

VERSION = "0"
LOADED = True  # stop: import


def who(name: str) -> dict[str, Any]:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return {"greeting": greeting, "pid": os.getpid(), "version": VERSION}  # stop: who


def version() -> dict[str, Any]:
    """Answer which text of this file runs, and where."""
    return {"pid": os.getpid(), "version": VERSION}


def hang() -> dict[str, Any]:
    """Hang for real."""
    return {"never": os.read(os.pipe()[0], 1)}


def traces() -> dict[str, Any]:
    """Answer what a debugger has left here."""
    return {"pid": os.getpid(), **leftovers()}


class Answering(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        """Answer one request."""
        _, route, *rest = self.path.split("/")
        body = json.dumps(
            {"who": who, "version": version, "hang": hang, "traces": traces}[route](*rest)
        ).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Answering).serve_forever()
