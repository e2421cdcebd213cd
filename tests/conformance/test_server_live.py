"""Every server for real: named, stopped in, replaced, paused for long, reloaded, and left as it was.

The rows are the `[[live]]` entries of servers/NAME.toml; `live.Row` says what can be in one.
"""

import contextlib
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from conformance.live import Live, Row, is_alive, rows, stops, until
from e2e.environments import cannot_build, interpreters
from e2e.running import Editor

from hatchway.terminal.client import RequestError
from hatchway_agent import servers
from hatchway_agent.plugins import discover

SERVERS = list(discover(servers, "SERVER"))
ROWS = [row for server in SERVERS for row in rows(server)]
PAUSE = 15.0
KILLED_WITHIN = 8.0
"""Seconds that a killer may take beyond its time: gunicorn looks once a second, and warns first."""


def marks(row: Row, version: str, *, known: bool) -> Iterator[pytest.MarkDecorator]:
    """Yield what keeps a row from passing on this machine, or at all."""
    if why := cannot_build(version, row.environment):
        yield pytest.mark.skip(reason=why)
    if known and version in row.unsolved:
        yield pytest.mark.xfail(reason=row.unsolved[version], strict=False)


def each(chosen: list[Row], *, known: bool = False) -> pytest.MarkDecorator:
    """Parametrise over rows and the Pythons found that they are to be seen on; what is `known` may fail."""
    found = [
        pytest.param(
            row,
            version,
            id=f"{row.id}-{version}",
            marks=[*marks(row, version, known=known)],
        )
        for row in chosen
        for version in row.pythons
        if version in interpreters()
    ]
    return pytest.mark.parametrize(("row", "version"), found)


@pytest.mark.parametrize("server", SERVERS)
def test_a_server_has_a_live_row(server: str) -> None:
    assert rows(server), f"write [[live]] in tests/conformance/servers/{server}.toml"


@each(ROWS, known=True)
def test_workers_are_named_stopped_in_replaced_and_let_go(row: Row, version: str) -> None:
    with Live(row, version) as live:
        live.until_serving()
        untouched = live.get("/traces")
        editor = live.armed()
        assert_named(live, version)
        seen = assert_each_request_stops(live, editor, 20)
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
    listed = live.ps()
    workers = [process for process in listed if process["role"] == "worker"]
    assert {process["service"] for process in listed} == {"shop"}
    assert {process["server"] for process in listed} == {live.row.server}
    for process in listed:
        assert process["python"].startswith(f"{version}."), process
    for process in workers:
        assert process["state"] == "attached", process
        assert_matches(live.row.title, process["title"])
        assert_matches(live.row.version, process["server_version"])
    assert len({process["title"] for process in workers}) == len(workers), "each has a name of its own"


def assert_matches(pattern: str, text: str) -> None:
    __tracebackhide__ = True
    assert re.fullmatch(pattern, text), f"{text!r} does not match {pattern!r}"


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


@dataclass
class Pause:
    """What became of a worker that was paused for long; times are seconds until a hanging worker was gone."""

    before: int
    answer: dict[str, Any]
    still_there: bool
    killed: dict[str, float]


def pause_for_long(row: Row, version: str, seconds: float) -> Pause:
    """Hang without a debugger, pause for long, hang while attached, hang after detach."""
    killed = {}
    with Live(row, version) as live:
        live.until_serving()
        if row.hang:
            killed["before"] = hang(live)
        editor = live.armed()
        parked = live.getting("/who/parked")
        thread = editor.stopped()
        pid = editor.pid_of(thread)
        time.sleep(seconds)  # the pause itself
        assert editor.evaluate("greeting", editor.top(thread)) == "'hello parked'"
        editor.resume(thread)
        answer = parked[0].result()
        still_there = is_alive(pid) and pid in live.workers()
        if row.hang:
            killed["attached"] = hang(live)
            until(lambda: live.roles() == row.roles, lambda: str(live.roles()))
            editor.request("disconnect")
            until(lambda: is_dormant(live), lambda: str(live.processes()))
            killed["detached"] = hang(live)
    return Pause(pid, answer, still_there, killed)


def is_dormant(live: Live) -> bool:
    return all(process["state"] == "dormant" for process in live.processes())


def is_whole(live: Live) -> bool:
    """Tell whether all are there: a survey lists the dead for a moment, and who takes their place not yet."""
    return live.roles() == live.row.roles and all(map(is_alive, live.workers()))


def hang(live: Live) -> float:
    """Have one worker hang; return how long it took until it was gone."""
    until(lambda: is_whole(live), lambda: str(live.processes()))
    before = live.workers()
    live.hang()
    start = time.monotonic()
    until(
        lambda: not all(map(is_alive, before)),
        lambda: f"nobody killed {sorted(before)}",
        timeout=live.row.killer + KILLED_WITHIN + 10,
    )
    return time.monotonic() - start


PATIENT = [row for row in ROWS if row.killer]


Pauses = dict[tuple[str, str], Future[Pause]]
AT_ONCE = 16


@pytest.fixture(scope="module")
def pauses(request: pytest.FixtureRequest) -> Iterator[Pauses]:
    """Pause a worker of each chosen row and Python, all at the same time: it is waiting, not work."""
    asked = [item for item in request.session.items if "pauses" in getattr(item, "fixturenames", ())]
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        begun = {}
        for item in asked:
            row, version = item.callspec.params["row"], item.callspec.params["version"]
            begun[row.id, version] = crowd.submit(pause_for_long, row, version, PAUSE)
        yield begun
        for future in begun.values():
            future.cancel()


@pytest.mark.nightly  # its first row once ran out of its 300 s, for a reason not known yet
@pytest.mark.timeout(300)
@each(PATIENT)
def test_a_paused_worker_lives_and_a_hanging_one_does_not(row: Row, version: str, pauses: Pauses) -> None:
    pause = pauses[row.id, version].result()
    assert pause.answer["greeting"] == "hello parked"
    assert (pause.answer["pid"], pause.still_there) == (pause.before, True)
    for when, seconds in pause.killed.items():
        assert seconds < row.killer + KILLED_WITHIN, when


def until_version(live: Live, wanted: str) -> None:
    """Wait until the new text answers; a server that did not see the edit, as it was loading, is helped."""
    nudged = time.monotonic()

    def has_come() -> bool:
        nonlocal nudged
        if live.version() == wanted:
            return True
        if time.monotonic() > nudged + 3:
            nudged = time.monotonic()
            live.source.touch()
        return False

    until(has_come, lambda: f"version {wanted} never came: {live.lines[-20:]}")


@pytest.mark.nightly
@each([row for row in ROWS if row.reload])
def test_a_session_outlives_ten_reloads(row: Row, version: str) -> None:
    with Live(row, version) as live:
        live.until_serving()
        editor = live.armed()
        for number in range(1, 11):
            parked = live.getting("/who/parked") if number == 7 else []
            thread = editor.stopped() if parked else 0
            if number == 4 and row.mends:
                live.edit("VERSION = ", "VERSION is ( ")
                live.line("SyntaxError")
                live.edit("VERSION is ( ", "VERSION = ")
                live.save_until_it_serves()
            live.edit(f'VERSION = "{number - 1}"', f'VERSION = "{number}"')
            if parked:
                editor.resume(thread)
            until_version(live, str(number))
            requests = live.getting(f"/who/{number}")
            assert sum(1 for _ in stops(editor, requests)) == 1
            assert (requests[0].result()["greeting"], requests[0].result()["version"]) == (
                f"hello {number}",
                str(number),
            )
        assert editor.is_open
