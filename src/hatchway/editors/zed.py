"""Zed: an entry in its debug.json; it reads launch.json, too, but runs no task before it attaches."""

from hatchway.editors import NAME, Editor
from hatchway.formats.artefact import Artefact, Entry


def _files(port: int) -> tuple[Artefact, ...]:
    attach = {
        "label": NAME,
        "adapter": "Debugpy",
        "request": "attach",
        "connect": {"host": "127.0.0.1", "port": port},
        "justMyCode": True,
    }
    why = f"Zed attaches to `hatchway up` by `{NAME}`"
    return (Artefact(".zed/debug.json", why, entries=(Entry((), "label", attach),), skeleton="[\n]\n"),)


EDITOR = Editor("zed", "Zed", (".zed",), _files)
