"""Recorded sessions, replayed: the core still answers as it did when a bug was found or a habit was new.

A transcript is a journal (`hatchway run --journal`) with neutral paths. Texts for people may change, so
only who is told what, and with which handles, is compared.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hatchway.hub.journal import pack, read
from hatchway.session.core import DebugSession
from hatchway.session.events import Output
from hatchway.session.settings import Settings

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.jsonl"))
PROSE = ("message", "description", "text", "output", "name")


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript_replays_to_the_same_outputs(transcript: Path) -> None:
    with transcript.open(encoding="utf-8") as lines:
        facts, steps = read(lines)
    session = DebugSession(facts["token"], Settings(**facts["settings"]))
    assert len(steps) > 20
    for number, step in enumerate(steps, 2):
        outputs = session.receive(step.event, step.at)
        assert shape(outputs) == shape(step.outputs), f"line {number}: {step.event}"


def shape(outputs: list[Output]) -> list[Any]:
    return [without_prose(pack(output)) for output in outputs]


def without_prose(value: Any) -> Any:
    if isinstance(value, Mapping):
        texts = {key for key, item in value.items() if key in PROSE and isinstance(item, str)}
        return {key: without_prose(item) for key, item in value.items() if key not in texts}
    if isinstance(value, list | tuple):
        return [without_prose(item) for item in value]
    return value
