"""What the common suite does not ask for: Celery's beat, uWSGI's mules, a hold that outlasts a killer."""

import dataclasses
import os
import signal
import time

import pytest
from conformance.live import Live, stops
from conformance.rows import Row, rows
from conformance.test_server_live import assert_clean, assert_each_request_stops
from e2e.environments import cannot_build, interpreters
from e2e.running import Editor, until

pytestmark = pytest.mark.apart

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
SPOOLER_HARAKIRI = 2
FAMILY = Row(
    server="uwsgi",
    name="mule and spooler",
    command=(
        *(
            "{bin}/uwsgi",
            "--http-socket",
            "127.0.0.1:{port}",
            "--master",
            "--disable-logging",
            "--die-on-term",
        ),
        *("--module", "app:app", "--mule=app.py", "--spooler", "{folder}/spool"),
        *("--spooler-harakiri", str(SPOOLER_HARAKIRI)),
    ),
    app="uwsgi_family.py",
    environment="uwsgi",
    roles={"supervisor": 1, "worker": 3},
    title=r"uwsgi (worker \d|mule \d|spooler)",
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


@pytest.mark.parametrize("version", PYTHONS)
def test_uwsgis_mules_and_spoolers_are_named_stopped_in_and_replaced(version: str) -> None:
    if why := cannot_build(version, FAMILY.environment):
        pytest.skip(why)
    with Live(FAMILY, version) as live:
        live.until_serving()
        editor = live.armed("mule", "spooler")
        early = mule_stopped(live, editor)
        os.kill(early, signal.SIGKILL)
        assert mule_stopped(live, editor) != early
        live.get("/spooler")
        thread = editor.stopped()
        spooler = editor.pid_of(thread)
        assert live.workers()[spooler]["title"] == "uwsgi spooler"
        time.sleep(SPOOLER_HARAKIRI + 3)  # the time is what is tested
        frame = editor.top(thread)
        assert (frame["name"], editor.evaluate("task[b'greeting']", frame)) == ("spooled", "b'hello spooler'")
        editor.resume(thread)
        spool = live.folder / "spool"
        until(lambda: not any(spool.glob("uwsgi_spoolfile*")), lambda: str(list(spool.iterdir())))
        assert spooler in live.workers()


@pytest.mark.parametrize("version", PYTHONS)
def test_a_second_session_of_greenlets_stops_all_requests_as_well(version: str) -> None:
    row = next(row for row in rows("gunicorn") if row.name == "gevent")
    with Live(row, version) as live:
        live.until_serving()
        untouched = live.get("/traces")
        for _ in "first", "second":
            editor = live.armed()
            seen = assert_each_request_stops(live, editor, 20)
            editor.request("disconnect")
            assert_clean(live, untouched, seen)


def mule_stopped(live: Live, editor: Editor) -> int:
    """See the mule stop on a message; return its pid."""
    live.get("/mule")
    thread = editor.stopped()
    frame = editor.top(thread)
    assert (frame["name"], editor.evaluate("message", frame)) == ("heard", "b'hello mule'")
    pid = editor.pid_of(thread)
    # It stops before a survey has seen it: one that is new was rung for, and not looked for.
    until(lambda: live.workers().get(pid, {}).get("title") == "uwsgi mule 1", live.processes)
    editor.resume(thread)
    return pid


BUSY = """
import sys
import time

from gevent.monkey import get_original

sleep = get_original("time", "sleep")

class Slow:
    is_asked = False

    def find_spec(name, path=None, target=None):
        if name == "socket":
            Slow.is_asked = True
            sleep(0.5)

sys.meta_path.insert(0, Slow)
end = time.monotonic() + 3
while time.monotonic() < end and not Slow.is_asked:
    sleep(0.001)
import socket

from app import app
"""
"""Imports what the debugger is importing: without a greenlet that could run, waiting for it is the end."""


@pytest.mark.parametrize("version", PYTHONS)
def test_gevent_workers_rung_amid_their_imports_live(version: str) -> None:
    (row,) = [row for row in rows("gunicorn") if row.name == "gevent"]
    command = tuple(word for word in row.command if word not in ("-t", "3", "app:app"))
    row = dataclasses.replace(row, command=(*command, "busy:app"), files={"busy.py": BUSY})
    with Live(row, version) as live:
        until(lambda: live.roles() == row.roles, lambda: str(live.processes()))
        editor = live.armed()
        before = set(live.workers())
        requests = live.getting(*[f"/who/{number}" for number in range(10)])
        assert sum(1 for _ in stops(editor, requests)) == 10
        assert {request.result()["pid"] for request in requests} <= before
        assert set(live.workers()) == before
