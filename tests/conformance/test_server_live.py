"""Every server for real: named, stopped in, replaced, and left as it was. What is in a row: `rows.Row`."""

import contextlib
import os
import re
import signal
from typing import Any

import pytest
from conformance.live import Live, stops
from conformance.rows import ROWS, SERVERS, Row, each, rows
from e2e.running import Editor, until

from hatchway.terminal.client import RequestError

pytestmark = pytest.mark.apart


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_has_a_live_row(server: str) -> None:
    assert rows(server), f"write [[live]] in tests/conformance/servers/{server}.toml"


@each(ROWS)
def test_workers_are_named_stopped_in_replaced_and_let_go(row: Row, version: str) -> None:
    with Live(row, version) as live:
        live.until_serving()
        untouched = live.get("/traces")
        editor = live.armed()
        assert_named(live, version)
        seen = assert_each_request_stops(live, editor, 20)
        if row.busy:
            assert_what_is_in_flight_is_told(live, editor)
        if row.pause:
            assert_pause_stops_what_was_asked(live, editor)
        if row.threads:
            assert_only_the_thread_that_hit_stands_still(live, editor)
        if row.newborn:
            before = live.workers()
            for pid in before:
                with contextlib.suppress(ProcessLookupError):  # it may be at its end by itself
                    os.kill(pid, signal.SIGKILL)
            newborns = assert_each_request_stops(live, editor, 10)
            assert not newborns & before.keys(), "the dead do not answer"
            seen |= newborns
        editor.request("disconnect")
        assert untouched["threads"] == ["hatchway_agent.doorbell"]
        assert (untouched["tool"], untouched["tracers"]) == (None, [])
        assert_clean(live, untouched, seen)


def assert_named(live: Live, version: str) -> None:
    def is_told(process: dict[str, Any]) -> bool:
        return process["state"] == "attached" and bool(re.fullmatch(live.row.title, process["title"]))

    # One that was rung as it began does not know its name at once.
    until(
        lambda: all(map(is_told, live.workers().values())),
        lambda: f"not all are attached and called {live.row.title!r}: {live.processes()}",
    )
    listed = live.ps()
    workers = [process for process in listed if process["role"] == "worker"]
    assert {process["service"] for process in listed} == {"shop"}
    assert {process["server"] for process in listed} == {live.row.server}
    for process in listed:
        assert process["python"].startswith(f"{version}."), process
    for process in workers:
        assert re.fullmatch(live.row.version, process["server_version"]), process
    assert len({process["title"] for process in workers}) == len(workers), "each has a name of its own"


def assert_each_request_stops(live: Live, editor: Editor, count: int) -> set[int]:
    """See each request stop, be evaluated, be continued, be answered; return which processes served them."""
    requests = live.getting(*[f"/who/{number}" for number in range(count)])
    pids = []
    for thread in stops(editor, requests):
        frame = editor.top(thread)
        assert (frame["name"], frame["line"]) == ("who", live.line_of("who"))
        pids.append(int(editor.evaluate("os.getpid()", frame)))
        assert editor.evaluate("greeting", frame).startswith("'hello ")
    assert [request.result()["greeting"] for request in requests] == [
        f"hello {number}" for number in range(count)
    ]
    assert sorted(pids) == sorted(request.result()["pid"] for request in requests), (
        "one stop for each request"
    )
    return set(pids)


def assert_what_is_in_flight_is_told(live: Live, editor: Editor) -> None:
    (parked,) = live.getting("/who/parked")
    thread = editor.stopped()
    pid = editor.pid_of(thread)
    until(lambda: +live.busy() == {pid: 1}, lambda: f"{live.busy()} where one waits in {pid}")
    editor.resume(thread)
    assert parked.result()["greeting"] == "hello parked"
    until(lambda: live.busy().keys() and not +live.busy(), lambda: f"{live.busy()} where none waits")


def assert_pause_stops_what_was_asked(live: Live, editor: Editor) -> None:
    """Pause an idle thread: it stands in C until there is something to do, so all workers are kept busy."""
    crowd = live.crowd("/version")
    asked = 0

    def is_stopped() -> bool:
        nonlocal asked
        known = {thread["id"] for thread in editor.request("threads")["threads"]}
        if asked not in known:  # servers end workers by themselves: cheaper, max-requests
            asked = min(known, default=0)
            with contextlib.suppress(RequestError):  # it may go in this moment
                editor.request("pause", {"threadId": asked})
        crowd.send()
        try:
            stopped = editor.event("stopped", timeout=0.3)
        except TimeoutError:
            return False
        assert (stopped["threadId"], stopped["reason"]) == (asked, "pause")
        return True

    until(is_stopped, lambda: f"thread {asked} never stopped, while there answered {crowd.pids()}")
    editor.resume(asked)
    assert {answer["version"] for answer in crowd.answers()} == {"0"}


def assert_only_the_thread_that_hit_stands_still(live: Live, editor: Editor) -> None:
    parked = live.getting("/who/parked")
    thread = editor.stopped()
    pid = editor.pid_of(thread)
    crowd = live.crowd("/version")

    def answers() -> bool:
        crowd.send()
        return pid in crowd.pids()

    until(answers, lambda: f"{pid} answers nobody while one thread is parked, but there did {crowd.pids()}")
    assert not parked[0].done()
    editor.resume(thread)
    assert parked[0].result()["greeting"] == "hello parked"


def assert_clean(live: Live, untouched: dict[str, Any], seen: set[int]) -> None:
    """See that each worker that stopped and lives is as it was; the hub lets go before all is put back."""
    crowd = live.crowd("/traces")

    def left() -> dict[int, Any]:
        crowd.send()
        latest = {answer["pid"]: answer for answer in crowd.answered()}
        there = seen & live.workers().keys()
        return {
            pid: latest.get(pid, "no answer")
            for pid in there
            if pid not in latest or {**latest[pid], "pid": 0} != {**untouched, "pid": 0}
        }

    until(lambda: not left(), lambda: f"left: {left()}")


@each([row for row in ROWS if row.waits])
def test_what_runs_before_the_first_request_can_be_stopped_in(row: Row, version: str) -> None:
    with Live(row, version, "--wait") as live:
        editor = live.editor()
        editor.start({live.source: [live.line_of(place) for place in row.waits]})
        places = {live.line_of(place): place for place in row.waits}
        answer = live.getting("/version")
        seen = [places[editor.top(thread)["line"]] for thread in stops(editor, answer)]
        # Workers beside the one that answered may be on their way yet.
        wanted = sorted(place for place, count in row.waits.items() for _ in range(count))
        while len(seen) < len(wanted):
            thread = editor.stopped()
            seen.append(places[editor.top(thread)["line"]])
            editor.resume(thread)
        assert sorted(seen) == wanted
