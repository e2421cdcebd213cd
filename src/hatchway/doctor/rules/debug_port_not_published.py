"""An editor at a port that nobody publishes.

## What it finds
A configuration that attaches to a port on which a debugger listens inside a container, and that its
compose file does not publish; or a debugger that listens on the container's own loopback.

## Why it breaks
What listens in a container is not reachable from outside unless it is published, and never if it listens
on 127.0.0.1 in there: ECONNREFUSED.

## Example
In `Dockerfile`:

    FROM python:3.13-slim

In `compose.yaml`:

    services:
      web:
        build: .
        command: python -m debugpy --listen 0.0.0.0:5678 app.py

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "connect": {"host": "localhost", "port": 5678},
      "pathMappings": [{"localRoot": "${workspaceFolder}", "remoteRoot": "/app"}]}]}

## Use instead
`hatchway up` needs no published port. By hand, publish it on this machine alone.
In `Dockerfile`:

    FROM python:3.13-slim

In `compose.yaml`:

    services:
      web:
        build: .
        command: python -m debugpy --listen 0.0.0.0:5678 app.py
        ports: ["127.0.0.1:5678:5678"]

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "connect": {"host": "localhost", "port": 5678},
      "pathMappings": [{"localRoot": "${workspaceFolder}", "remoteRoot": "/app"}]}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.places import listener_place
from hatchway.doctor.ports import ports_of
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Compare what the editor wants with what services publish."""
    composed = [one for one in facts.services if one.node and not one.node["network_mode"]]
    published = {port.published for one in composed for port in ports_of(one.node)}
    listening = {str(listener.port): one for one in composed for listener in one.listeners if listener.port}
    for configuration in facts.configurations():
        node = configuration.at("connect", "port") or configuration["port"]
        service = listening.get(node.text)
        if configuration["request"].text == "attach" and service and node.text not in published:
            message = f"port {node.text} of `{service.name}` is not published, so nobody answers there"
            yield Finding(
                Where.of(node), message, f'publish "127.0.0.1:{node.text}:{node.text}", or use `hatchway up`'
            )
    for service in composed:
        targets = {port.target for port in ports_of(service.node)}
        for listener in service.listeners:
            if listener.host in ("127.0.0.1", "localhost") and listener.port in targets:
                message = f"the debugger of `{service.name}` answers inside of its container only"
                yield Finding(listener_place(listener), message, "have it listen on 0.0.0.0 in there")


RULE = Rule("HW703", Severity.ERROR, check)
