"""VS Code: an entry in launch.json attaches, two tasks start and stop the project; other editors read it."""

import json

from hatchway.editors import NAME, Editor
from hatchway.formats.artefact import Artefact, Entry

UP = "hatchway: up"
DOWN = "hatchway: down"


def _files(port: int) -> tuple[Artefact, ...]:
    launch = {
        "name": NAME,
        "type": "debugpy",
        "request": "attach",
        "connect": {"host": "127.0.0.1", "port": port},
        "justMyCode": True,
        "subProcess": True,
        "preLaunchTask": UP,
        "postDebugTask": DOWN,
    }
    up = {
        "label": UP,
        "type": "shell",
        "command": "hatchway up",
        "isBackground": True,
        "problemMatcher": {
            "owner": "hatchway",
            # VS Code asks for a pattern even where there is no problem to be found.
            "pattern": {"regexp": "^hatchway: error: (.*)$", "message": 1, "kind": "file", "file": 1},
            "background": {
                "activeOnStart": True,
                "beginsPattern": "^hatchway: starting",
                "endsPattern": "^hatchway: ready",
            },
        },
        "presentation": {"reveal": "silent", "panel": "dedicated", "clear": True},
    }
    down = {"label": DOWN, "type": "shell", "command": "hatchway down", "problemMatcher": []}
    return (
        Artefact(
            ".vscode/launch.json",
            "F5 in VS Code starts the project and attaches; Neovim, Zed and Kate read it, too",
            entries=(Entry(("configurations",), "name", launch),),
            skeleton=_skeleton(version="0.2.0", configurations=[]),
        ),
        Artefact(
            ".vscode/tasks.json",
            "what F5 runs before and after",
            entries=tuple(Entry(("tasks",), "label", task) for task in (up, down)),
            skeleton=_skeleton(version="2.0.0", tasks=[]),
        ),
    )


def _skeleton(**members: object) -> str:
    return json.dumps(members, indent=4) + "\n"


EDITOR = Editor("vscode", "VS Code", (), _files)
