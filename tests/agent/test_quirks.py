"""What leans on the internals of pydevd and Python: each of these failed before its workaround was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from agent.playing import Debuggee, Relay

THREAD_OF_C = """
import ctypes, threading, target
def in_thread_of_c(n):
    answers = []
    def begin(_):
        threading.current_thread()
        answers.append(target.tick(n))
    program, thread = ctypes.CDLL(None), ctypes.c_ulong()
    begun = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(begin)
    program.pthread_create(ctypes.byref(thread), None, begun, None)
    program.pthread_join(thread, None)
    return answers
"""


def test_threading_imported_first_by_our_thread_still_knows_the_main_thread(
    debuggee: Debuggee, relay: Relay
) -> None:
    debuggee.do("import target, _thread")
    if debuggee.ask("'threading' in sys.modules"):
        pytest.skip("a .pth file of this Python imports threading")
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [4]})
    debuggee.tell("target.tick(20)")
    thread, line = worker.stopped()
    assert line == 4
    names = [found["name"] for found in worker.request("threads")["body"]["threads"]]
    assert names == ["MainThread"]
    worker.go_on(thread)
    assert debuggee.hear() == 42
    debuggee.do("import threading")
    assert debuggee.ask("threading.main_thread().ident == _thread.get_ident()") is True
    assert debuggee.ask("threading.current_thread() is threading.main_thread()") is True
    worker.leave()
    assert debuggee.end() == (0, "")


def test_a_thread_of_c_is_stopped_in_once_threading_knows_it(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do(THREAD_OF_C)
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [4]})
    debuggee.tell("in_thread_of_c(20)")
    thread, line = worker.stopped()
    assert line == 4
    worker.go_on(thread)
    assert debuggee.hear() == [42]
    worker.leave()
    debuggee.until("threading._DummyThread.__init__.__module__ == 'threading'")


def test_an_attached_process_ends_when_its_own_threads_do(debuggee: Debuggee, relay: Relay) -> None:
    relay.summon(debuggee.pid).attach({debuggee.target: [4]})
    assert debuggee.end() == (0, "")


def test_terminate_requests_do_not_end_the_process(debuggee: Debuggee, relay: Relay) -> None:
    for command, arguments in (("terminate", {}), ("disconnect", {"terminateDebuggee": True})):
        worker = relay.summon(debuggee.pid)
        worker.attach({})
        assert worker.request(command, **arguments)["success"]
        worker.vanish()
        assert debuggee.ask("1 + 1") == 2
    assert debuggee.end() == (0, "")


def test_strangers_and_garbage_are_refused_without_a_word_on_stderr(debuggee: Debuggee, relay: Relay) -> None:
    worker = relay.summon(debuggee.pid)
    worker.reply("attach")
    assert not worker.request("initialize", adapterID="x")["success"]
    assert not worker.request("pydevdAuthorize", debugServerAccessToken="another")["success"]
    assert not worker.request("evaluate", expression="1")["success"]
    worker.stream.write(b"Content-Length: 5\r\n\r\n{bad}")
    assert not worker.request("initialize", adapterID="x")["success"]
    worker.vanish()
    assert debuggee.end() == (0, "")


def test_a_parked_worker_asks_its_parent_to_keep_the_killer_away(beating: Debuggee, relay: Relay) -> None:
    beating.do("import os; child = os.fork(); known = child\nif not child: target.tick(20); os._exit(0)")
    worker = relay.accept()
    assert worker.dialled["pid"] == beating.ask("child")
    worker.attach({beating.target: [4]})
    thread, _ = worker.stopped()
    beating.until("asked == {child}")
    worker.go_on(thread)
    beating.until("not asked")


def test_a_parked_worker_keeps_its_killer_quiet(beating: Debuggee, relay: Relay) -> None:
    debuggee = beating
    worker = relay.summon(debuggee.pid)
    assert (worker.dialled["title"], worker.dialled["server_version"]) == ("beating worker 3", "1.2")
    worker.attach({debuggee.target: [4]})
    assert debuggee.ask("beats") == []
    debuggee.tell("target.tick(20)")
    thread, _ = worker.stopped()
    seen = 0
    while seen < 4:
        frame = worker.request("stackTrace", threadId=thread)["body"]["stackFrames"][-1]["id"]
        answer = worker.request("evaluate", expression="len(beats)", frameId=frame, context="watch")
        seen = int(answer["body"]["result"])
    worker.go_on(thread)
    assert debuggee.hear() == 42
    first, second = debuggee.ask("len(beats)"), debuggee.ask("len(beats)")
    assert first == second
    assert debuggee.ask("releases") == [1], "the killer is back"


def test_pydevd_of_somebody_else_is_left_alone(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.target.with_name("pydevd.py").write_text("mine = True\n")
    debuggee.do("import pydevd")
    assert relay.ring(debuggee.pid) == b"no another pydevd is loaded in this process\n"
