"""The ASGI application of the conformance suite, on no framework; `VERSION` is what the reload tests edit."""

import json
import os
from typing import Any

from leftovers import hang, traces

VERSION = "0"
LOADED = True  # stop: import


def create() -> Any:
    """Make the application, as factories do."""
    made = app
    return made  # noqa: RET504 # stop: factory


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer HTTP requests by path."""
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"]
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return
    if scope["type"] != "http":
        return
    _, route, *rest = scope["path"].split("/")
    answers = {"who": who, "version": version, "hang": hang, "traces": traces}
    body = json.dumps(answers[route](*rest)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def who(name: str) -> dict[str, Any]:
    """Answer the caller's name and who serves it."""
    greeting = f"hello {name}"
    return {"greeting": greeting, "pid": os.getpid(), "version": VERSION}  # stop: who


def version() -> dict[str, Any]:
    """Answer which text of this file runs, and where."""
    return {"pid": os.getpid(), "version": VERSION}
