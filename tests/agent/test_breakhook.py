"""`breakpoint()` with nobody attached: it waits for a session, says so in one line, never breaks the app."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from agent.playing import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import Popen

    from agent.playing import Debuggee, Relay

LONG = {"HATCHWAY_ON_BREAKPOINT": "wait:600"}
HIT, NEXT = 17, 18
"""The lines of `breakpoint()` in the target, and where the thread stands after it."""


@pytest.fixture
def patient(start: Callable[..., Debuggee], relay: Relay) -> Debuggee:
    """A dormant process that waits for long, with no session open."""
    relay.close_session()
    debuggee = start("-W", "ignore::DeprecationWarning", **LONG)  # of a fork beside threads
    assert debuggee.hear() == "ready"
    debuggee.do("import target")
    return debuggee


def waiting(debuggee: Debuggee, pid: int = 0, hint: str = "") -> str:
    """Return the line that says who waits."""
    where = f"target.py:{HIT} in pid {pid or debuggee.pid}"
    return f"hatchway: breakpoint() at {where} waits 600 s for a debugger, then runs on{hint}\n"


def test_a_thread_that_waits_stops_in_the_session_that_opens_and_the_next_waits_again(
    patient: Debuggee, relay: Relay
) -> None:
    for _ in range(2):
        patient.tell("target.pause()")
        assert patient.grumble() == waiting(patient)
        relay.open_session()
        worker = relay.accept()
        assert worker.dialled["why"] == "breakpoint"
        worker.attach({})
        thread, line = worker.stopped()
        assert line == NEXT
        worker.go_on(thread)
        assert patient.hear() == 7
        relay.close_session()
        worker.leave()
        patient.until("'hatchway_agent.debugger.breakhook' in sys.modules")
        patient.until("sys.modules['hatchway_agent.debugger.deactivate']._active is None")
    assert patient.end() == (0, "")


def test_in_a_session_it_stops_without_a_word(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do("import target")
    worker = relay.summon(debuggee.pid)
    worker.attach({})
    debuggee.tell("target.pause()")
    thread, line = worker.stopped()
    assert line == NEXT
    worker.go_on(thread)
    assert debuggee.hear() == 7
    assert debuggee.end() == (0, "")


def test_without_a_hub_the_line_names_the_command_to_give(start: Callable[..., Debuggee]) -> None:
    debuggee = start(**LONG)
    assert debuggee.hear() == "ready"
    debuggee.do("import target")
    debuggee.tell("target.pause()")
    assert debuggee.grumble() == waiting(debuggee, hint=" (no hub here yet: hatchway attach)")


@pytest.mark.parametrize(
    ("asked", "lines"), [("wait:0.2", 1), ("skip", 0)], ids=["waits so long", "skips in silence"]
)
def test_it_runs_on_by_itself(asked: str, lines: int, start: Callable[..., Debuggee]) -> None:
    debuggee = start(HATCHWAY_ON_BREAKPOINT=asked)
    assert debuggee.hear() == "ready"
    debuggee.do("import target")
    assert debuggee.ask("target.pause()") == 7
    code, complaints = debuggee.end()
    assert code == 0
    assert complaints.count("waits 0.2 s") == complaints.count("\n") == lines


def test_a_thread_whose_note_is_taken_away_runs_on_and_takes_along_its_own(
    patient: Debuggee, relay: Relay
) -> None:
    patient.do("import threading; threads = [threading.Thread(target=target.pause) for _ in range(2)]")
    patient.do("for thread in threads: thread.start()")
    assert [patient.grumble() for _ in range(2)] == [waiting(patient)] * 2
    first, _ = relay.run.glob(f"{patient.pid}.*.waits")
    first.unlink()
    patient.until("[thread.is_alive() for thread in threads].count(False) == 1")
    relay.open_session()
    worker = relay.accept()
    worker.attach({})
    worker.go_on(worker.stopped()[0])
    patient.do("for thread in threads: thread.join()")
    assert list(relay.run.glob("*.waits")) == []


def test_every_thread_that_waits_stops(patient: Debuggee, relay: Relay) -> None:
    patient.do("import threading; threads = [threading.Thread(target=target.pause) for _ in range(3)]")
    patient.do("for thread in threads: thread.start()")
    assert [patient.grumble() for _ in range(3)] == [waiting(patient)] * 3
    relay.open_session()
    worker = relay.accept()
    worker.attach({})
    stops = [worker.stopped() for _ in range(3)]
    assert [line for _, line in stops] == [NEXT] * 3
    assert len({thread for thread, _ in stops}) == 3
    for thread, _ in stops:
        worker.go_on(thread)
    patient.do("for thread in threads: thread.join()")


def test_a_child_forked_while_a_thread_waits_waits_for_itself(patient: Debuggee, relay: Relay) -> None:
    patient.do("import os, threading; thread = threading.Thread(target=target.pause); thread.start()")
    assert patient.grumble() == waiting(patient)
    # A fork amid a write to stderr would leave its lock held in the child, as of anybody's write.
    patient.until("sys._current_frames()[thread.ident].f_code.co_name == '_wait'")
    patient.do("child = os.fork()\nif not child: os._exit(target.pause())")
    child = patient.ask("child")
    assert patient.grumble() == waiting(patient, child)
    relay.open_session()
    workers = {worker.dialled["pid"]: worker for worker in (relay.accept(), relay.accept())}
    assert workers.keys() == {patient.pid, child}
    for worker in workers.values():
        worker.attach({})
        thread, line = worker.stopped()
        assert line == NEXT
        worker.go_on(thread)
    assert patient.ask("os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])") == 7
    patient.do("thread.join()")


def test_a_hook_of_the_applications_is_left_alone_also_in_a_session(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do("import target; seen = []; sys.breakpointhook = lambda *given: seen.append(given)")
    assert debuggee.ask("target.pause()") == 7
    worker = relay.summon(debuggee.pid)
    worker.attach({})
    assert debuggee.ask("target.pause()") == 7
    assert debuggee.ask("seen") == [(), ()]
    assert debuggee.end() == (0, "")


@pytest.mark.parametrize("value", ["0", "target.chosen"])
def test_the_users_choice_by_variable_is_left_alone(value: str, start: Callable[..., Debuggee]) -> None:
    debuggee = start(PYTHONBREAKPOINT=value)
    assert debuggee.hear() == "ready"
    assert debuggee.ask("sys.breakpointhook is sys.__breakpointhook__") is True
    debuggee.do("import target; seen = []; target.chosen = lambda: seen.append(sys._getframe(1).f_lineno)")
    assert debuggee.ask("target.pause()") == 7
    assert debuggee.ask("seen") == ([HIT] if value != "0" else [])
    assert debuggee.end() == (0, "")


def test_a_variable_that_the_application_sets_itself_counts_too(debuggee: Debuggee) -> None:
    debuggee.do("import os, target; os.environ['PYTHONBREAKPOINT'] = '0'")
    assert debuggee.ask("target.pause()") == 7
    assert debuggee.end() == (0, "")


@pytest.mark.parametrize(
    "deed",
    ["sys.stdin.close(); sys.stderr.close()", "sys.stdin = sys.stderr = None", "os.chdir('/'); os.close(0)"],
)
def test_no_terminal_and_no_stderr_break_nothing(deed: str, launch: Callable[..., Popen[str]]) -> None:
    code = f"import os, sys; {deed}; breakpoint(); print('on', flush=True); os._exit(0)"
    program = launch("-c", code, HATCHWAY_ON_BREAKPOINT="wait:0.1")
    assert program.communicate(timeout=PATIENCE)[0] == "on\n"
    assert program.returncode == 0


def test_python_below_is_not_needed(launch: Callable[..., Popen[str]]) -> None:
    program = launch("-c", "import atexit; atexit.register(breakpoint)")
    assert program.communicate(timeout=PATIENCE) == ("", "")


def test_what_a_signal_handler_raises_meanwhile_reaches_the_application(
    launch: Callable[..., Popen[str]], tmp_path: Path
) -> None:
    (tmp_path / "limited.py").write_text(
        "import signal, target\n"
        "class Late(BaseException): pass\n"
        "def late(*_): raise Late('too late')\n"
        "signal.signal(signal.SIGALRM, late)\n"
        "try: target.pause()\n"
        "except Late as error: print(error)\n"
    )
    program = launch("limited.py", **LONG)
    assert program.stderr is not None
    assert f"target.py:{HIT}" in program.stderr.readline()
    program.send_signal(signal.SIGALRM)
    assert program.communicate(timeout=PATIENCE) == ("too late\n", "")


def test_the_killer_is_kept_quiet_meanwhile_also_the_parents(beating: Debuggee, relay: Relay) -> None:
    relay.close_session()
    beating.do("import os, threading; thread = threading.Thread(target=target.pause); thread.start()")
    beating.until("len(beats) > 2")
    beating.do("known = child = os.fork()\nif not child: child = 0; target.pause(); os._exit(0)")
    beating.until("asked == {child}")
    assert beating.ask("releases") == []
    relay.open_session()
    for _ in range(2):
        worker = relay.accept()
        worker.attach({})
        thread, _ = worker.stopped()
        worker.go_on(thread)
    beating.until("not asked and not thread.is_alive()")
    assert beating.ask("len(releases) > 0") is True
