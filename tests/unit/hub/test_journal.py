"""What goes into a journal comes out again; a file that is none, or too long, is said."""

import io
import json
from pathlib import Path

import pytest

from hatchway.errors import HatchwayError
from hatchway.hub import journal
from hatchway.hub.journal import FileJournal, pack, read, unpack
from hatchway.model import Role, Trouble, Worker, WorkerKey
from hatchway.session import events

KEY = WorkerKey("web", 23, "abc")
EVENTS = [
    events.FromEditor({"seq": 1}),
    events.EditorLeft(),
    events.WorkersAwaited("web", (KEY,)),
    events.WorkerJoined(Worker(KEY, "web", Role.WORKER, "gunicorn worker 3", newborn=True)),
    events.FromWorker(KEY, {"seq": 2}),
    events.WorkerLeft(KEY, "its process has ended"),
    events.FilesFound("web", (("/a", "/b"),), (("/c", "/d"),), (("/c", "it differs"),)),
    events.ContainerTroubled("web", Trouble.FAILING, "web-1 fails its health check"),
    events.ProcessesMissing("web", ("web: it is out of reach",)),
    events.Explained("/home/me/app.py", "no container has its code in /srv"),
    events.Tick(),
    events.ToEditor({"seq": 3}),
    events.ToWorker(KEY, {"seq": 4}),
    events.DropWorker(KEY),
    events.Summon(),
    events.Dismiss(),
    events.WakeAt(1.5),
    events.CloseEditor(),
    events.CompareAgain("/home/me/app.py"),
    events.Explain("/home/me/app.py"),
    events.Announce("web-1 fails its health check"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_comes_back_as_it_was(event: events.Input | events.Output) -> None:
    assert unpack(json.loads(json.dumps(pack(event)))) == event


def test_every_kind_of_event_is_tried() -> None:
    assert {type(event).__name__ for event in EVENTS} == set(journal._EVENTS)


def test_a_journal_holds_the_steps_in_order(tmp_path: Path) -> None:
    written = FileJournal(tmp_path / "j.jsonl")
    written.start({"token": "t"})
    written.note(1.0, events.Tick(), [events.Summon()])
    written.note(2.0, events.EditorLeft(), [])
    written.close()
    facts, steps = read(iter((tmp_path / "j.jsonl").read_text().splitlines()))
    assert facts["token"] == "t"
    assert [(step.at, step.event, step.outputs) for step in steps] == [
        (1.0, events.Tick(), [events.Summon()]),
        (2.0, events.EditorLeft(), []),
    ]


def test_a_forgotten_journal_ends_at_its_limit_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "MAX_BYTES", 1000)
    written = FileJournal(tmp_path / "j.jsonl")
    for _ in range(100):
        written.note(1.0, events.Tick(), [])
    written.close()
    lines = (tmp_path / "j.jsonl").read_text().splitlines()
    assert sum(map(len, lines)) < 1100
    assert json.loads(lines[-1]) == {"truncated": 1000}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no journal"),
        ('{"at": 1, "in": {"event": "Tick"}, "out": []}', "no journal"),
        ("no json", "line 1"),
        ('{"journal": 1}\n{"at": 1, "in": {"event": "Nonsense"}, "out": []}', "line 2"),
        ('{"journal": 1}\n{"at": 1, "in": {"event": "Tick", "x": 1}, "out": []}', "line 2"),
    ],
)
def test_what_is_no_journal_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(HatchwayError, match=said):
        read(io.StringIO(text))


def test_a_journal_that_cannot_be_written_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(HatchwayError, match="cannot be written"):
        FileJournal(tmp_path / "none" / "j.jsonl")
