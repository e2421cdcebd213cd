"""The conformance suite's application on the standard library alone: `python app.py PORT`."""

import os
import sys
from typing import Any

from answering import server
from leftovers import hang, traces

VERSION = "0"
LOADED = True  # stop: import


def who(name: str) -> dict[str, Any]:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return {"greeting": greeting, "pid": os.getpid(), "version": VERSION}  # stop: who


def version() -> dict[str, Any]:
    """Answer which text of this file runs, and where."""
    return {"pid": os.getpid(), "version": VERSION}


ANSWERS = {"who": who, "version": version, "hang": hang, "traces": traces}

if __name__ == "__main__":
    address = (os.environ.get("HOST", "127.0.0.1"), int(sys.argv[1]))
    server(lambda route, *rest: ANSWERS[route](*rest), address).serve_forever()
