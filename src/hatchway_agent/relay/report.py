"""Makes a survey fit into one frame, however many processes and however long command lines there are."""

from __future__ import annotations

import json
from typing import Any

from hatchway_agent.wire import MAX_PAYLOAD

_WORDS_KEPT = 16
_CHARACTERS_KEPT = 120


def fit_for_a_frame(processes: list[dict[str, Any]]) -> bytes:
    """Return the survey as JSON; too long, it has shorter command lines, then fewer processes."""
    whole = json.dumps(processes).encode()
    if len(whole) <= MAX_PAYLOAD:
        return whole
    shorter = [{**process, **_shorten(process)} for process in processes]
    while len(whole := json.dumps(shorter).encode()) > MAX_PAYLOAD:
        del shorter[len(shorter) // 2 :]
    return whole


def _shorten(process: dict[str, Any]) -> dict[str, Any]:
    texts = {name: value[:_CHARACTERS_KEPT] for name, value in process.items() if isinstance(value, str)}
    return {**texts, "argv": [word[:_CHARACTERS_KEPT] for word in process["argv"][:_WORDS_KEPT]]}
