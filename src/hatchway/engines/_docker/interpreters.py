"""Which Pythons there may be in a container: for a relay any that runs will do, it need not be the app's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PYTHON = re.compile(r"/.*/python[0-9.]*")

ON_PATH = ("python3", "python")
VENVS = ("/app/.venv", "/opt/venv", "/venv", "/usr/src/app/.venv", "/code/.venv")
"""Where images keep their virtual environments, mostly."""
_ELSEWHERE = (
    "/usr/local/bin/python3",
    "/usr/bin/python3",
    *(f"{venv}/bin/python" for venv in VENVS),
    *(f"/usr/bin/python3.{minor}" for minor in range(14, 9, -1)),
)


def is_python(words: Sequence[str]) -> bool:
    """Tell whether a command line runs Python."""
    return bool(words) and re.fullmatch(r"python[0-9.]*", words[0].rpartition("/")[2]) is not None


def likely_pythons(command_lines: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return interpreters worth trying, the likeliest first: those that run there, then the usual ones."""
    running = [words[0] for words in command_lines if words and _PYTHON.fullmatch(words[0])]
    return tuple(dict.fromkeys([*running, *ON_PATH, *_ELSEWHERE]))
