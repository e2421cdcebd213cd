"""Completion of a line: commands at its beginning, names from the debuggee after that."""

import re
from typing import Final

from hatchway.errors import HatchwayError
from hatchway.terminal.client import DapClient
from hatchway.terminal.pdb.interpreter import names
from hatchway.terminal.pdb.state import State

_WITH_EXPRESSION: Final = re.compile(r"\s*(p|pp|whatis|source|display|undisplay|!)\s*")
PATIENCE: Final = 2.0
"""Seconds for the debuggee to say what names it has."""


def complete(client: DapClient, state: State, text: str, place: int) -> list[tuple[str, int]]:
    """Return what may stand at a place, each with the letters before the place that it replaces."""
    before = text[:place]
    word = re.search(r"[\w!]*$", before)
    typed = word[0] if word else ""
    found: list[tuple[str, int]] = []
    if not before[: len(before) - len(typed)].strip():
        found += [(name, len(typed)) for name in names() if name.startswith(typed) and typed]
    if state.here is None:
        return found
    head = _WITH_EXPRESSION.match(before)
    expression = before[head.end() :] if head else before
    asked = {"frameId": state.here.frame["id"], "text": expression, "column": len(expression) + 1}
    try:
        targets = client.request("completions", asked, PATIENCE).get("targets", [])
    except (HatchwayError, TimeoutError, ConnectionError):
        return found
    name = re.search(r"\w*$", expression)
    length = len(name[0]) if name else 0
    labels = {str(target.get("text") or target.get("label")) for target in targets}
    return found + [(label, length) for label in sorted(labels)]
