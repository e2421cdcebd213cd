"""An editor that is told of a folder the container has not.

## What it finds
A `remoteRoot` that is none of the folders that the Dockerfiles and compose files put code into, nor above
or below one; a `localRoot` that is no folder of the workspace.

## Why it breaks
No file of the container begins with it, so none of yours is found there: breakpoints stay grey.

## Example
In `Dockerfile`:

    FROM python:3.13-slim
    WORKDIR /srv/shop
    COPY . .

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "pathMappings": [{"localRoot": "${workspaceFolder}", "remoteRoot": "/app"}]}]}

## Use instead
Hatchway finds out by itself which file is which. By hand, the folder is that of `WORKDIR` or of the
volume.
In `Dockerfile`:

    FROM python:3.13-slim
    WORKDIR /srv/shop
    COPY . .

In `.vscode/launch.json`:

    {"configurations": [{"name": "web", "type": "debugpy", "request": "attach",
      "pathMappings": [{"localRoot": "${workspaceFolder}", "remoteRoot": "/srv/shop"}]}]}

## Fix safety
There is no fix to apply: what is meant is not known.
"""

import posixpath
from collections.abc import Iterator

from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Finding, Rule, Severity, Where
from hatchway.formats.tree import Node

_PASSED_BY = ("build", "dist", "env", "vendor", "venv", ".venv", "node_modules", "site-packages")
"""Folders that the doctor does not look into."""


def check(facts: Facts) -> Iterator[Finding]:
    """Compare each mapping with the folders that are known, there and here."""
    known = set(_folders(facts))
    for configuration in facts.configurations():
        for mapping in configuration["pathMappings"].items:
            if missing := _missing(mapping["localRoot"], facts):
                message = f"there is no folder {missing} in the workspace"
                yield Finding(Where.of(mapping["localRoot"]), message, "name the one that has the code")
            root = mapping["remoteRoot"]
            folder = root.text.rstrip("/")
            if not root or not folder.startswith("/") or "$" in folder or not known:
                continue
            if not any(_are_related(folder, one) for one in known):
                names = " or ".join(sorted(known)[:3])
                yield Finding(Where.of(root), f"no container has its code in {folder}", f"it is in {names}")


def _missing(root: Node, facts: Facts) -> str:
    """Return the folder that a `localRoot` names and that is not there; empty if it is, or is passed by."""
    start, _, folder = root.text.replace("\\", "/").rstrip("/").partition("/")
    parts = [part for part in folder.split("/") if part != "."]
    if start != "${workspaceFolder}" or not parts or {"..", *_PASSED_BY} & {*parts} or "$" in folder:
        return ""
    workspace = posixpath.dirname(posixpath.dirname(root.path))
    below = posixpath.join(workspace, *parts) + "/"
    return "" if any(name.startswith(below) for name in facts.names) else "/".join(parts)


def _are_related(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _folders(facts: Facts) -> Iterator[str]:
    """Yield every folder that an image works in, or that is mounted."""
    for dockerfile in facts.dockerfiles:
        for instruction in dockerfile.parsed.instructions:
            if instruction.name == "WORKDIR" and instruction.value.startswith("/"):
                yield instruction.value.rstrip("/")
            elif (
                instruction.name in ("COPY", "ADD")
                and instruction.words[-1:]
                and instruction.words[-1][:1] == "/"
            ):
                yield instruction.words[-1].rstrip("/")
    for service in facts.services:
        for volume in service.node["volumes"].children():
            target = volume["target"].text or volume.text.partition(":")[2].partition(":")[0]
            if target.startswith("/"):
                yield target.rstrip("/")
        if service.node["working_dir"].text.startswith("/"):
            yield service.node["working_dir"].text.rstrip("/")


RULE = Rule("HW207", Severity.ERROR, check)
