"""An editor that is not told where the container has your files.

## What it finds
A configuration that attaches to a debugger in a container without `pathMappings`.

## Why it breaks
The editor sends the path of the file on your machine; in the container it is another one. The breakpoint
stays grey, or says "Breakpoint in file that does not exist".

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    WORKDIR /app
    COPY . .
    CMD ["python", "-m", "debugpy", "--listen", "0.0.0.0:5678", "app.py"]

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "connect": {"host": "127.0.0.1", "port": 5678}}]}

## Use instead
Hatchway finds out by itself which file is which. By hand it has to be said.
In `Dockerfile`:

    FROM python:3.13-slim
    WORKDIR /app
    COPY . .
    CMD ["python", "-m", "debugpy", "--listen", "0.0.0.0:5678", "app.py"]

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "connect": {"host": "127.0.0.1", "port": 5678},
      "pathMappings": [{"localRoot": "${workspaceFolder}", "remoteRoot": "/app"}]}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where


def check(facts: Facts) -> Iterator[Finding]:
    """Look at every configuration that attaches to a port that somebody in a container listens on."""
    listening = {one.port for service, one in facts.listeners() if service is not None and service.dockerfile}
    for configuration in facts.configurations():
        port = configuration.at("connect", "port") or configuration["port"]
        is_attach = configuration["request"].text == "attach" and configuration["type"].text in (
            "python",
            "debugpy",
        )
        is_mapped = configuration["pathMappings"].items or configuration["remoteRoot"]
        if is_attach and port.text.isdecimal() and int(port.text) in listening and not is_mapped:
            yield Finding(
                Where.of(configuration["name"] or configuration),
                "nothing says which files of the container are yours",
                "say `pathMappings`, or attach to `hatchway up`, which finds out by itself",
            )


RULE = Rule("HW206", Severity.ERROR, check)
