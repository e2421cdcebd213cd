"""Places of the things that rules name."""

from collections.abc import Iterator

from hatchway.doctor.facts import Call, Facts, Listener, Program, Service, Serving
from hatchway.doctor.rule import Where


def program_place(program: Program) -> Where:
    """Return where a command is written."""
    return Where(program.path, program.line, program.column)


def listener_place(listener: Listener) -> Where:
    """Return where a debugger is started."""
    return Where(listener.path, listener.line, listener.column)


def call_place(call: Call) -> Where:
    """Return where a call stands."""
    return Where(call.path, call.line, call.column)


def option_place(serving: Serving, name: str) -> Where:
    """Return where an option of a server is given; else where the server is started."""
    _, path, line = serving.options.get(name, ("", "", 0))
    return Where(path, line) if path else program_place(serving.program)


def hand_debugged(facts: Facts, server: str) -> Iterator[tuple[Service, Serving]]:
    """Yield the services under a server that people have put a debugger of their own into."""
    for service in facts.services:
        for serving in service.serving:
            if serving.server == server and service.listeners:
                yield service, serving
