"""Helix: a debugger for Python that listens already, in the project's own languages.toml."""

from hatchway.editors import Editor
from hatchway.formats.artefact import Artefact

_TEXT = """\
# Written by `hatchway init`; yours to change.
# ":workspace-trust" once, then ":debug-remote 127.0.0.1:{port} attach"
[[language]]
name = "python"
[language.debugger]
name = "hatchway"
transport = "tcp"
command = "true"          # required, and not started by :debug-remote
args = []
[[language.debugger.templates]]
name = "attach"
request = "attach"
completion = []
args = {{ justMyCode = false }}
"""


def _files(port: int) -> tuple[Artefact, ...]:
    why = f"Helix attaches to `hatchway up` by `:debug-remote 127.0.0.1:{port} attach`"
    return (Artefact(".helix/languages.toml", why, _TEXT.format(port=port)),)


EDITOR = Editor("helix", "Helix", (".helix",), _files, "once: `:workspace-trust`")
