"""What the common suite does not ask for: Celery's beat, a hold that outlasts a killer."""

import pytest
from conformance.live import Live, stops, until
from conformance.rows import Row, rows
from e2e.environments import interpreters

BEAT = Row(
    server="celery",
    name="beat",
    command=("{bin}/celery", "-A", "app", "beat", "-s", "{folder}/schedule"),
    app="celery_schedule.py",
    env={"REDIS_URL": "redis://127.0.0.1:{redis}"},
    redis=True,
    environment="frameworks",
    roles={"beat": 1},
    title="celery beat",
)
PYTHONS = sorted({"3.11", "3.13"} & interpreters().keys())
HELD = 7.0
"""Longer than uvicorn gives a worker (3 s in that row) and celery (4 s) to show that it lives."""


@pytest.mark.parametrize("version", PYTHONS)
def test_celerys_beat_is_named_and_stopped_in(version: str) -> None:
    with Live(BEAT, version) as live:
        until(lambda: live.roles() == BEAT.roles, lambda: str(live.processes()))
        editor = live.armed("due")
        thread = editor.stopped()
        assert editor.top(thread)["name"] == "is_due"
        (beat,) = live.processes()
        assert (beat["role"], beat["title"], beat["state"]) == ("beat", "celery beat", "stopped")
        editor.resume(thread)
        assert editor.top(editor.stopped())["name"] == "is_due", "a second later it is asked again"


@pytest.mark.parametrize("version", PYTHONS)
@pytest.mark.parametrize("server", ["uvicorn", "celery"])
def test_newborn_workers_held_for_long_are_not_taken_for_dead(server: str, version: str) -> None:
    row = next(row for row in rows(server) if row.killer)
    with Live(row, version, "--wait") as live:
        if server == "uvicorn":  # its parent imports nothing of the application, and is not held
            until(lambda: len(live.workers()) == row.roles["worker"], lambda: str(live.processes()))
        born = set(live.workers())
        editor = live.editor()
        with pytest.raises(TimeoutError):
            editor.event("initialized", timeout=HELD)  # nothing is asked yet, so nothing comes: time passes
        editor.start({live.source: [live.line_of("who")]})
        requests = live.getting("/who/0")
        assert sum(1 for _ in stops(editor, requests)) == 1
        assert born <= set(live.workers())
