"""`breakpoint()` in a worker with nobody attached: it waits, is not killed, and stops for who comes."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from agent.playing import wait_for
from e2e.running import Editor, Service

Connect = Callable[[Service], Editor]
SHORT = ("-m", "gunicorn", "-w", "1", "--timeout", "2")
"""A server whose killer comes much sooner than the wait is over."""
BEATS = 3.0
"""Seconds in which that killer would have come."""


def threads_of(pid: int) -> int:
    return len([*Path(f"/proc/{pid}/task").iterdir()])


@pytest.mark.parametrize("worker", ["sync", "gthread"])
def test_a_worker_that_waits_is_not_killed_and_stops_for_the_editor_that_comes(
    worker: str, python: Path, folder: Path, editors: Connect
) -> None:
    options = ("--on-breakpoint", "wait:600")
    server = (*SHORT, "--worker-class", worker)
    with Service(python, folder, server=server, options=options, app="halting.py") as service:
        service.line(r"ready on .* \(1 service, 1 worker\)")
        service.line("Listening at")
        (pid,) = service.workers()
        (request,) = service.getting("/halt/ann")
        hit, behind = service.line_of("halt"), service.line_of("behind")
        where = rf"halting.py:{hit} in pid {pid}"
        line = rf"^hatchway: breakpoint\(\) at {where} waits 600 s for a debugger, then runs on$"
        service.line(line)
        with pytest.raises(TimeoutError):
            request.result(BEATS)
        dormant = threads_of(pid)
        editor = editors(service)
        editor.start()
        thread = editor.stopped()
        frame = editor.top(thread)
        assert (frame["name"], frame["line"]) == ("halt", behind)
        assert editor.evaluate("name", frame) == "'ann'"
        assert editor.pid_of(thread) == pid
        editor.resume(thread)
        assert request.result() == {"name": "ann", "pid": pid}
        editor.request("disconnect")
        wait_for(lambda: threads_of(pid) == dormant, f"{pid} is dormant again")
        (request,) = service.getting("/halt/bob")
        assert len(service.lines_like(line, 2)) == 2
        # The line is printed by the worker itself; the hub hears of the wait a moment later.
        states = [{"pid": pid, "state": "waiting"}]
        wait_for(
            lambda: (
                [{key: one[key] for key in ("pid", "state")} for one in service.ps() if one["pid"] == pid]
                == states
            ),
            f"{pid} waits, as ps says",
        )
        service.end()
        assert request.result() == {"name": "bob", "pid": pid}, "nobody waits for an editor at the end"


def test_what_a_supervisor_imports_stops_too(newest_python: Path, folder: Path, editors: Connect) -> None:
    options = ("--on-breakpoint", "wait:600")
    server = (*SHORT, "--preload")
    with Service(
        newest_python, folder, server=server, options=options, app="halting.py", HALT_AT_IMPORT="1"
    ) as service:
        service.line(rf"breakpoint\(\) at halting.py:{service.line_of('import')} in pid \d+ waits 600 s")
        editor = editors(service)
        editor.start()
        thread = editor.stopped()
        frame = editor.top(thread)
        assert (frame["name"], frame["line"]) == ("<module>", service.line_of("behind import"))
        editor.resume(thread)
        service.line("Listening at")
        (request,) = service.getting("/halt/ann")
        editor.resume(editor.stopped())
        assert request.result()["name"] == "ann"


@pytest.mark.parametrize(("asked", "lines"), [("wait:1", 1), ("skip", 0)])
def test_a_script_in_a_terminal_runs_on_by_itself_and_says_so_first(
    asked: str, lines: int, newest_python: Path, folder: Path
) -> None:
    (folder / "script.py").write_text("import sys\nbreakpoint()\nprint('done', sys.stdin.isatty())\n")
    argv = [sys.executable, "-m", "hatchway", "run", "--on-breakpoint", asked, "--"]
    master, terminal = os.openpty()
    try:
        done = subprocess.run(
            [*argv, str(newest_python), "script.py"],
            cwd=folder,
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(master)
        os.close(terminal)
    assert done.returncode == 0, done.stderr
    assert "done True" in done.stdout.splitlines()
    said = [line for line in done.stderr.splitlines() if "breakpoint()" in line]
    assert len(said) == lines
    assert all(
        re.search(r"at script.py:2 in pid \d+ waits 1 s for a debugger, then runs on", line) for line in said
    )
