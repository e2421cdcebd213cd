"""Processes that fork and exec: quiet forks, new births, newborns that join the session."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from agent.playing import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import Popen

    from agent.playing import Debuggee, Relay

FORK = """
import os, target
def fork_and_tick():
    pid = os.fork()
    if pid == 0:
        os._exit(target.tick(20))
    return pid
def waited(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


def test_fifty_forks_raise_no_warning(debuggee: Debuggee, relay: Relay) -> None:
    relay.close_session()
    # Not by -W error: Python gives up on the warning when it becomes an error.
    debuggee.do(FORK + "import warnings\nrecording = warnings.catch_warnings(record=True)")
    debuggee.do("heard = recording.__enter__(); warnings.simplefilter('always')")
    debuggee.do("for _ in range(50): waited(fork_and_tick())")
    assert debuggee.ask("[str(warning.message) for warning in heard]") == []
    relay.open_session()
    assert relay.ring(debuggee.pid, "ping") == b"ok\n"


def test_a_forked_child_has_its_own_beacon_and_doorbell(debuggee: Debuggee, relay: Relay) -> None:
    relay.close_session()
    debuggee.do(FORK + "import time")
    child = debuggee.ask("os.fork() or time.sleep(60)")
    relay.doorbell(child)
    (beacon,) = relay.run.glob(f"{child}.*.beacon")
    fields = beacon.read_bytes().split(b"\0")
    assert fields[2:6] == [b"%d" % child, fields[3], b"%d" % debuggee.pid, b"fork __main__"]
    relay.open_session()
    assert relay.ring(child, "ping") == b"ok\n"
    assert relay.ring(debuggee.pid, "ping") == b"ok\n"
    debuggee.do(f"os.kill({child}, 9)")


def test_a_child_forked_in_a_session_stops_at_once(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do(FORK)
    debuggee.tell("fork_and_tick()")
    worker = relay.accept()
    assert (worker.dialled["why"], worker.dialled["forked"]) == ("newborn", True)
    worker.attach({debuggee.target: [4]})
    thread, line = worker.stopped()
    assert line == 4
    worker.go_on(thread)
    assert debuggee.ask(f"waited({debuggee.hear()})") == 42


def test_threads_started_for_a_newborn_are_not_taken_for_its_parents(
    debuggee: Debuggee, relay: Relay
) -> None:
    # threading's own fork hook declares all threads but the forking one dead: ours must come after it.
    debuggee.do(FORK + "import threading")
    debuggee.tell("fork_and_tick()")
    worker = relay.accept()
    worker.attach({debuggee.target: [4]})
    thread, _ = worker.stopped()
    frame = worker.request("stackTrace", threadId=thread)["body"]["stackFrames"][0]["id"]
    names = "sorted(thread.name for thread in __import__('threading')._active.values())"
    answer = worker.request("evaluate", expression=names, frameId=frame, context="watch")
    assert "pydevd.Reader" in answer["body"]["result"]
    worker.go_on(thread)
    assert debuggee.ask(f"waited({debuggee.hear()})") == 42


def test_a_child_of_an_attached_parent_stops_too(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do(FORK)
    parent = relay.summon(debuggee.pid)
    parent.attach({debuggee.target: [5]})
    for _ in range(2):
        debuggee.tell("fork_and_tick()")
        child = relay.accept()
        assert child.dialled["pid"] != debuggee.pid
        child.attach({debuggee.target: [4]})
        thread, line = child.stopped()
        assert line == 4
        child.go_on(thread)
        assert debuggee.ask(f"waited({debuggee.hear()})") == 42
    debuggee.tell("target.tick(20)")
    thread, line = parent.stopped()
    assert line == 5
    parent.go_on(thread)
    assert debuggee.hear() == 42


@pytest.mark.parametrize("answer", ["stay", "refused"])
def test_a_child_that_is_not_wanted_goes_on_untraced(debuggee: Debuggee, relay: Relay, answer: str) -> None:
    debuggee.do(FORK)
    parent = relay.summon(debuggee.pid)
    parent.attach({debuggee.target: [4]})
    debuggee.tell("fork_and_tick()")
    child = relay.accept()
    if answer == "stay":
        child.reply("stay")
    child.vanish()
    assert debuggee.ask(f"waited({debuggee.hear()})") == 42


def test_an_interpreter_started_in_a_session_stops_in_its_first_line(
    start: Callable[..., Debuggee], relay: Relay, tmp_path: Path
) -> None:
    debuggee = start()
    worker = relay.accept()
    assert (worker.dialled["why"], worker.dialled["forked"]) == ("newborn", False)
    worker.attach({tmp_path / "puppet.py": [3]})
    thread, line = worker.stopped()
    assert line == 3
    worker.go_on(thread)
    assert debuggee.hear() == "ready"
    assert debuggee.ask("sys.getprofile()") is None


PROGRAMS = {
    "module": ("-m", "program"),
    "command": ("-c", "import target; print(target.tick(20))"),
    "script": ("program.py",),
    "spawn": ("-m", "spawning"),
}


@pytest.mark.parametrize("kind", PROGRAMS)
def test_every_way_to_start_a_program_joins_the_session(
    kind: str, launch: Callable[..., Popen[str]], relay: Relay, tmp_path: Path
) -> None:
    (tmp_path / "program.py").write_text("import target\nprint(target.tick(20))\n")
    (tmp_path / "spawning.py").write_text(
        "import multiprocessing, target\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        print(pool.map(target.tick, [20])[0])\n"
    )
    program = launch(*PROGRAMS[kind])
    expected = 3 if kind == "spawn" else 1
    wanted = []
    for _ in range(expected):
        worker = relay.accept()
        argv = worker.dialled["argv"]
        if "spawn_main" in argv[-2] if kind == "spawn" and len(argv) > 2 else kind != "spawn":
            wanted.append(worker)
        else:
            worker.reply("stay")
            worker.vanish()
    (worker,) = wanted
    worker.attach({tmp_path / "target.py": [4]})
    thread, line = worker.stopped()
    assert line == 4
    worker.go_on(thread)
    assert program.communicate(timeout=20)[0] == "42\n"


def test_exec_under_the_same_pid_is_a_new_birth(debuggee: Debuggee, relay: Relay) -> None:
    relay.close_session()
    before = relay.doorbell(debuggee.pid)
    debuggee.tell("__import__('os').execv(sys.executable, sys.orig_argv)")
    assert debuggee.hear() == "ready"
    wait_for(lambda: not before.exists(), "the earlier program's socket is gone")
    assert relay.doorbell(debuggee.pid) != before
    relay.open_session()
    assert relay.ring(debuggee.pid, "ping") == b"ok\n"


def test_a_newborn_whose_hub_falls_silent_is_let_go_after_ten_seconds(
    start: Callable[..., Debuggee], relay: Relay
) -> None:
    begin = time.monotonic()
    debuggee = start()
    relay.accept().reply("attach")
    assert debuggee.hear() == "ready"
    assert 10.0 <= time.monotonic() - begin < 20.0


def test_a_newborn_that_waits_without_limit_is_let_go_when_the_hub_leaves(
    start: Callable[..., Debuggee], relay: Relay
) -> None:
    relay.open_session(wait=True)
    debuggee = start()
    worker = relay.accept()
    worker.reply("attach")
    worker.event("hatchwayArmed")
    worker.vanish()
    assert debuggee.hear() == "ready"
