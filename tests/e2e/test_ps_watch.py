"""`hatchway ps --watch`: what changes is seen, in a terminal of any width and without one."""

import itertools
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from e2e.running import Editor, Running, Service
from e2e.terminal import Terminal

WATCH = [sys.executable, "-m", "hatchway", "ps", "--watch"]


def test_a_stop_and_its_end_are_seen_by_people_and_programs(
    newest_python: Path, folder: Path, editors: Callable[[Service], Editor]
) -> None:
    with (
        Terminal(folder, "--watch", command="ps", columns=100) as terminal,
        Running(WATCH, folder) as plain,
        Running([*WATCH, "--json"], folder) as told,
    ):
        terminal.until("nothing runs under hatchway in this folder yet")
        with Service(newest_python, folder, server=("-m", "gunicorn", "-w", "2")) as service:
            service.line("hatchway: ready on")
            plain.lines_like(r"  worker.* dormant$", 2)
            plain.line(r"supervisor .* dormant$")
            assert "supervisor" in terminal.until(r"worker.*dormant")

            told.lines_like('"state": "dormant"', 3)
            editor = editors(service).armed(service.source, service.line_of("who"))
            plain.lines_like(r"  worker.* attached$", 2)
            request = service.getting("/who/ann")[0]
            thread = editor.stopped()
            plain.line(r"  worker.* stopped: breakpoint$")
            terminal.until(r"stopped: breakpoint +1\b")  # in flight
            terminal.resize(30)  # too few for any row, however long the pids are
            terminal.until("…")
            terminal.resize(100)
            terminal.until("stopped: breakpoint")
            told.line(r'"busy": 1.*"stops": \["breakpoint"\]')  # the number comes a look later
            editor.resume(thread)
            request.result()
            plain.lines_like(r"  worker.* attached$", 3)
            editor.request("disconnect")
            plain.lines_like(r"  worker.* dormant$", 4)
        plain.lines_like(r"  worker.* gone$", 2)
        terminal.until("nothing runs")
        terminal.send("\x03")
        assert terminal.end() == 0
        told.lines_like('"state": "gone"', 3)
        assert (plain.end(signal.SIGINT), told.end(signal.SIGINT)) == (0, 0)

    seen = [json.loads(line) for line in told.lines]
    stopped = next(process for process in seen if process["stops"] == ["breakpoint"])
    assert (stopped["state"], stopped["service"]) == ("stopped", folder.name)
    of_it = [process["state"] for process in seen if process["pid"] == stopped["pid"]]
    assert of_it[0] == "dormant"
    assert of_it[-1] == "gone"
    assert all(now != then for now, then in itertools.pairwise(seen)), "a line for each change"
