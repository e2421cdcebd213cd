"""Werkzeug's interactive console on an address that others reach.

## What it finds
A Flask application that serves with `debug=True` on `0.0.0.0`, by `app.run` or by `flask run --debug`.

## Why it breaks
With debug on, Werkzeug serves a Python console at `/console` and beside every traceback. On `0.0.0.0` all
networks of the machine reach it, and its PIN can be worked out: that is a shell for whoever comes by.

## Example
In `app.py`:

    from flask import Flask
    app = Flask(__name__)
    app.run(host="0.0.0.0", debug=True)

## Use instead
In a container `0.0.0.0` is needed, so it is debug that goes: a breakpoint needs Hatchway, not debug mode.
In `app.py`:

    from flask import Flask
    app = Flask(__name__)
    app.run(host="0.0.0.0")

## Fix safety
There is no fix to apply: without debug there is no reloader either, which may be wanted.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where

_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - it is looked for, not listened on


def check(facts: Facts) -> Iterator[Finding]:
    """Look at calls of `app.run`, and at commands."""
    hint = "leave debug out: breakpoints do not need it under `hatchway run`"
    for source in facts.sources:
        for call in source.calls:
            is_run = call.name.endswith(".run") and not call.name.startswith("uvicorn")
            host = call.options.get("host", call.words[0] if call.words else None)
            if is_run and call.options.get("debug") is True and host in _EVERYWHERE:
                place = Where(call.path, call.line, call.column)
                yield Finding(place, "Werkzeug's console is served to every network of this machine", hint)
    for service in facts.services:
        for serving in service.serving:
            host = serving.options.get("host", ("127.0.0.1", "", 0))[0]
            is_debug = "debug" in serving.options or service.environ.get("FLASK_DEBUG", "0") not in ("", "0")
            if serving.server == "werkzeug" and is_debug and host in _EVERYWHERE:
                place = Where(serving.program.path, serving.program.line, serving.program.column)
                yield Finding(
                    place, f"Werkzeug's console of `{service.name}` is served to every network", hint
                )


RULE = Rule("HW403", Severity.ERROR, check)
