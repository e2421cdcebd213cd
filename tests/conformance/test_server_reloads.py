"""A session outlives ten reloads, of which one while a thread is parked and one after a syntax error."""

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from conformance.live import Live, stops
from conformance.rows import PYTHONS, ROWS, Row, each
from conformance.side_by_side import Outcome, outcomes
from e2e.running import Editor, until

from hatchway.terminal.client import RequestError

RELOADS = 10
PARKED = 7
BROKEN = 4
NUDGE = 3.0
"""Seconds after which an edit is saved again: a reloader that has just begun takes a file for unchanged."""

LOOKS = 2.5
"""Seconds in which a reloader that looks once a second would have seen an edit."""


def reload_ten_times(row: Row, version: str) -> None:
    with Live(row, version) as live:
        live.until_serving()
        editor = live.armed()
        for number in range(1, RELOADS + 1):
            if number == BROKEN and row.mends:
                break_and_mend(live)
            if number == PARKED:
                park_and_edit(live, editor, number)
            else:
                edit(live, number)
            see_it_stop(live, editor, str(number))
        assert editor.is_open


def edit(live: Live, number: int) -> None:
    live.edit(f'VERSION = "{number - 1}"', f'VERSION = "{number}"')


def break_and_mend(live: Live) -> None:
    live.edit("VERSION = ", "VERSION is ( ")
    nudged(live, lambda: any("SyntaxError" in line for line in live.lines))
    live.edit("VERSION is ( ", "VERSION = ")
    live.save_until_it_serves()


def park_and_edit(live: Live, editor: Editor, number: int) -> None:
    parked = live.getting("/who/parked")
    thread = editor.stopped()
    edit(live, number)
    with contextlib.suppress(RequestError):  # the worker may have been ended as it was
        editor.resume(thread)
    for _ in stops(editor, parked):  # what was cut off is sent again
        pass


def see_it_stop(live: Live, editor: Editor, wanted: str) -> None:
    """See that the new text serves, and stops."""
    nudged(live, lambda: live.version() == wanted)
    until(lambda: version_stopped_in(live, editor, wanted) == wanted, lambda: "the old text still answers")


def nudged(live: Live, has_come: Callable[[], bool]) -> None:
    """Wait for what follows from an edit, and save the file again at times, as people do."""
    saved = time.monotonic()

    def look() -> bool:
        nonlocal saved
        if has_come():
            return True
        if time.monotonic() > saved + NUDGE:
            saved = time.monotonic()
            live.source.touch()
        return False

    until(look, lambda: f"no edit was seen; serving is {live.processes()}")


def version_stopped_in(live: Live, editor: Editor, name: str) -> str:
    """Have a request stop; a server that is about to reload again may cut it off, then it is sent again."""
    requests = live.getting(f"/who/{name}")
    assert sum(1 for _ in stops(editor, requests)) > 0
    assert requests[0].result()["greeting"] == f"hello {name}"
    return str(requests[0].result()["version"])


outcome = outcomes(reload_ten_times)


@each([row for row in ROWS if row.reload], *PYTHONS)
def test_a_session_outlives_ten_reloads(row: Row, version: str, outcome: Outcome) -> None:
    outcome(row, version)


@each([row for row in ROWS if row.reload and row.server in ("django", "werkzeug")], *PYTHONS)
def test_what_is_saved_while_a_thread_is_parked_is_taken_up_after_its_answer(row: Row, version: str) -> None:
    with Live(row, version) as live, ThreadPoolExecutor(1) as crowd:
        live.until_serving()
        editor = live.armed()
        parked = crowd.submit(live.get, "/who/parked")
        thread = editor.stopped()
        edit(live, 1)
        time.sleep(LOOKS)
        assert not parked.done()
        editor.resume(thread)
        assert parked.result()["version"] == "0", "not cut off"
        see_it_stop(live, editor, "1")
