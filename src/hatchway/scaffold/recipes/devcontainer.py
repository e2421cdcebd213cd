"""devcontainer.json: VS Code and others open the folder inside the project's main container."""

import json
from collections.abc import Iterator

from hatchway.editors import PORT
from hatchway.formats.artefact import Artefact
from hatchway.scaffold.facts import Facts
from hatchway.scaffold.recipes import MARK, Recipe
from hatchway.scaffold.recipes import _serving as serving

_OLDEST = (3, 11)
"""The Python that Hatchway itself needs."""


def _make(facts: Facts) -> Iterator[Artefact]:
    running = [(part, one) for part, one in facts.applications() if not part.dockerfile]
    if facts.compose_files or not running:
        return
    part, main = next((pair for pair in running if pair[1].port), running[0])
    ports: list[int | str] = [PORT]
    if main.port:
        ports.append(f"{main.name}:{main.port.number}")
    config = {
        "name": f"{facts.name} (hatchway)",
        "dockerComposeFile": ["../compose.yaml", "../compose.override.yaml"],
        "service": main.name,
        "workspaceFolder": serving.ROOT,
        "overrideCommand": False,
        "shutdownAction": "stopCompose",
        "forwardPorts": ports,
        "portsAttributes": {str(PORT): {"label": "hatchway DAP", "onAutoForward": "silent"}},
        "customizations": {"vscode": {"extensions": ["ms-python.python", "ms-python.debugpy"]}},
    }
    if tuple(map(int, part.python.version.split("."))) >= _OLDEST:
        # Not into the app's own environment, which is not the user's to write to.
        made = "/usr/local/bin/python3 -m venv ~/.hatchway && ~/.hatchway/bin/pip install --quiet hatchway"
        config["postCreateCommand"] = made
    text = f"// {MARK}\n{json.dumps(config, indent=4, ensure_ascii=False)}\n"
    yield Artefact(".devcontainer/devcontainer.json", "the folder opens inside its container", text)


RECIPE = Recipe("devcontainer", "dev container", _make)
