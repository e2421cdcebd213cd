"""Sessions of one process: attach, stop, detach, again; and what they leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.playing import Debuggee, Relay

# The file's own Python, for the structural questions: no tracer, no tool, no thread but the dormant one.
QUESTIONS = """
import sys, threading, _thread
def tracers():
    mask = sys.monitoring.get_tool(0) if hasattr(sys, "monitoring") else None
    local = sys.monitoring.get_events(0) if mask else 0
    return [mask, local, sys.gettrace() is None, threading.gettrace() is None]
def threads():
    return len(os.listdir("/proc/self/task"))
"""


def test_a_breakpoint_stops_in_frames_already_running_in_main_and_other_threads(
    debuggee: Debuggee, relay: Relay
) -> None:
    debuggee.do("import target, threading; stop, seen = [], []")
    debuggee.do("threading.Thread(target=target.spin, args=(stop, seen), name='spinner').start()")
    worker = relay.summon(debuggee.pid)
    assert worker.dialled["pid"] == debuggee.pid
    assert worker.dialled["why"] == "rung"
    # `spin` never returns meanwhile: its own loop's line, not only the function it calls.
    worker.attach({debuggee.target: [13]})
    spinner, line = worker.stopped()
    assert line == 13
    worker.break_at({debuggee.target: [4]})
    debuggee.do("stop.append(1)")
    worker.go_on(spinner)
    assert worker.stopped() == (spinner, 4)
    worker.go_on(spinner)
    debuggee.tell("target.tick(20)")
    main, line = worker.stopped()
    assert (main != spinner, line) == (True, 4)
    worker.go_on(main)
    assert debuggee.hear() == 42


def test_a_condition_that_names_what_is_not_there_is_told_of(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do("import target")
    worker = relay.summon(debuggee.pid)
    worker.attach({})
    misspelt = {"line": 4, "condition": "nn == 20"}
    worker.request("setBreakpoints", source={"path": str(debuggee.target)}, breakpoints=[misspelt])
    assert debuggee.ask("target.tick(20)") == 42
    said = worker.event("output")["body"]["output"]
    assert "conditional breakpoint: nn == 20" in said
    assert "NameError: name 'nn' is not defined" in said


def test_a_process_knows_what_to_say_before_it_connects(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do(
        "import threading; from hatchway_agent.debugger import dial; asked, may = [], threading.Event()"
    )
    debuggee.do("facts = dial.server_facts")
    debuggee.do("dial.server_facts = lambda call: asked.append(1) or may.wait() and facts(call)")
    relay.ring(debuggee.pid)
    debuggee.until("asked")
    assert not relay.is_dialled(), "the relay would wait for its line, and not for long"
    debuggee.do("may.set()")
    assert relay.accept().dialled["pid"] == debuggee.pid


def test_re_attaching_stops_at_another_line_of_the_same_function_every_time(
    debuggee: Debuggee, relay: Relay
) -> None:
    debuggee.do("import target")
    for line in (4, 5, 6, 4, 5):
        worker = relay.summon(debuggee.pid)
        worker.attach({debuggee.target: [line]})
        debuggee.tell("target.tick(20)")
        thread, stopped = worker.stopped()
        assert stopped == line
        worker.go_on(thread)
        assert debuggee.hear() == 42
        worker.leave()


def test_a_hub_that_vanishes_while_a_thread_is_parked_frees_the_thread(
    debuggee: Debuggee, relay: Relay
) -> None:
    debuggee.do("import target")
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [4]})
    debuggee.tell("target.tick(20)")
    worker.stopped()
    worker.vanish()
    assert debuggee.hear() == 42
    assert relay.ring(debuggee.pid, "ping") == b"ok\n"
    relay.summon(debuggee.pid).attach({debuggee.target: [5]})


def test_detaching_gives_full_speed_back(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do(QUESTIONS + "import os, target; seen, stop = [], []")
    debuggee.do("threading.Thread(target=target.spin, args=(stop, seen), daemon=True).start()")
    before = debuggee.ask("[tracers(), threads()]")
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [5]})
    thread, _ = worker.stopped()
    worker.break_at({debuggee.target: []})
    worker.request("next", threadId=thread)
    worker.stopped()
    worker.go_on(thread)
    assert debuggee.ask("[tracers(), threads()]") != before
    worker.leave()
    debuggee.until(f"[tracers(), threads()] == {before!r}")
    # Local events outlive the tool on 3.12 and 3.13, and a tracer the thread that called sys.settrace.
    debuggee.do(
        "marks = []\n"
        "if hasattr(sys, 'monitoring'):\n"
        "    sys.monitoring.use_tool_id(0, 'test')\n"
        "    codes = (target.tick.__code__, target.spin.__code__)\n"
        "    marks = [sys.monitoring.get_local_events(0, code) for code in codes]\n"
        "    sys.monitoring.free_tool_id(0)\n"
        "stop.append(sys.settrace) or None\n"
    )
    assert debuggee.ask("any(marks)") is False


SLOW = """
import sys, target, threading
from traceback import walk_stack
import pydevd
from _pydevd_sys_monitoring import _pydevd_sys_monitoring as monitoring
debugger, inside, gate, errors = pydevd.get_global_debugger(), threading.Event(), threading.Event(), []
is_alive = monitoring.ThreadInfo.is_thread_alive
def slow(info):
    if sys._getframe(1).f_locals.get("code") is target.tick.__code__:
        inside.set()
        gate.wait(20)
    return is_alive(info)
monitoring.ThreadInfo.is_thread_alive = slow
def run():
    try:
        target.tick(20)
    except BaseException as error:
        errors.append(repr(error))
def is_awaited():
    tops = sys._current_frames().values()
    return any(one.f_code.co_name == "await_no_thread_inside" for top in tops for one, _ in walk_stack(top))
thread = threading.Thread(target=run)
thread.start()
inside.wait(20)
"""


def test_what_is_inside_the_debugger_when_it_goes_raises_nothing(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do("import sys, target")
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [13]})
    if not debuggee.ask("hasattr(sys, 'monitoring')"):
        return  # a trace function is given its debugger for good
    debuggee.do(SLOW)
    worker.leave()
    debuggee.until("debugger.pydb_disposed")
    debuggee.until("is_awaited()")
    debuggee.do("gate.set(); thread.join(20); monitoring.ThreadInfo.is_thread_alive = is_alive")
    assert debuggee.ask("errors") == []
    debuggee.until("pydevd.get_global_debugger() is None")


def test_equal_functions_of_two_files_are_told_apart(debuggee: Debuggee, relay: Relay) -> None:
    twin = debuggee.target.with_name("twin.py")
    twin.write_text(debuggee.target.read_text())
    debuggee.do("import target, twin")
    worker = relay.summon(debuggee.pid)
    worker.attach({twin: [4]})
    assert debuggee.ask("target.tick(20)") == 42
    debuggee.tell("twin.tick(20)")
    thread, line = worker.stopped()
    assert line == 4
    worker.go_on(thread)
    assert debuggee.hear() == 42


def test_armed_means_armed(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do("import target")
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [4]})
    debuggee.tell("target.tick(20)")
    assert worker.stopped()[1] == 4
