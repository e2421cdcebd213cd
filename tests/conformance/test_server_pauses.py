"""A paused worker lives, whatever its server's killer; a hanging one does not."""

import time
from dataclasses import dataclass
from typing import Any

from conformance.live import Live, is_alive
from conformance.rows import PYTHONS, ROWS, Row, each
from conformance.side_by_side import Outcome, outcomes
from e2e.running import until

PAUSE = 15.0
"""Seconds: five times what the rows' killers give."""
KILLED_WITHIN = 8.0
"""Seconds that a killer may take beyond its time: gunicorn looks once a second, and warns first."""
PATIENT = [row for row in ROWS if row.killer]


@dataclass
class Pause:
    """What became of a worker that was paused for long; times are seconds until a hanging worker was gone."""

    before: int
    answer: dict[str, Any]
    still_there: bool
    killed: dict[str, float]


def pause_for_long(row: Row, version: str, seconds: float = PAUSE) -> Pause:
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
            until(lambda: is_whole(live), lambda: str(live.processes()))
            editor.request("disconnect")
            until(lambda: live.states() == {"dormant"}, lambda: str(live.processes()))
            killed["detached"] = hang(live)
    return Pause(pid, answer, still_there, killed)


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


outcome = outcomes(pause_for_long)


@each(PATIENT, *PYTHONS)
def test_a_paused_worker_lives_and_a_hanging_one_does_not(row: Row, version: str, outcome: Outcome) -> None:
    pause = outcome(row, version)
    assert pause.answer["greeting"] == "hello parked"
    assert (pause.answer["pid"], pause.still_there) == (pause.before, True)
    for when, seconds in pause.killed.items():
        assert seconds < row.killer + KILLED_WITHIN, when
