"""A debugger's port that a reloader opens twice.

## What it finds
A call such as `debugpy.listen(5678)` in a service whose server runs with its reloader: `flask run
--debug`, `app.run(debug=True)`, `uvicorn --reload`, Django's `runserver`.

## Why it breaks
The reloader imports or starts the program a second time. Both listen on the same port: the second one
fails with "Address already in use", or the editor is attached to the reloader, which serves nothing.

## Example
In `app.py`:

    import debugpy
    from flask import Flask
    app = Flask(__name__)
    debugpy.listen(5678)
    app.run(debug=True)

## Use instead
`hatchway run -- python app.py` leaves the reloader alone and moves to each new process by itself.
In `app.py`:

    from flask import Flask
    app = Flask(__name__)
    app.run(debug=True)

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Call, Facts
from hatchway.doctor.places import call_place, listener_place
from hatchway.doctor.rule import Finding, Rule, Severity

_LISTENS = ("debugpy.listen", "ptvsd.enable_attach")


def check(facts: Facts) -> Iterator[Finding]:
    """Look at calls beside a reloader, in one file or one service."""
    hint = "take the call out; `hatchway run` follows a reloader by itself"
    for source in facts.sources:
        if any(_reloads(call) for call in source.calls):
            for call in source.calls:
                if call.name in _LISTENS:
                    place = call_place(call)
                    yield Finding(
                        place, "the reloader runs this twice, and the port is taken the second time", hint
                    )
    for service in facts.services:
        if any(serving.reloads for serving in service.serving):
            for listener in service.listeners:
                if not listener.is_command:
                    message = f"the reloader of `{service.name}` runs this twice, and the port is taken then"
                    yield Finding(listener_place(listener), message, hint)


def _reloads(call: Call) -> bool:
    is_flask = call.name.endswith(".run") and call.options.get("debug") is True
    return (is_flask and call.options.get("use_reloader") is not False) or (
        call.name == "uvicorn.run" and call.options.get("reload") is True
    )


RULE = Rule("HW203", Severity.ERROR, check)
