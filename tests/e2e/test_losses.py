"""Workers are killed, recycled and reloaded; the session lives, and newborns stop on their first request."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.running import Editor, Service, walk

from hatchway.errors import HatchwayError

Connect = Callable[[Service], Editor]


def test_a_worker_killed_while_parked_takes_its_threads_along_and_nothing_else(
    python: Path, folder: Path, editors: Connect
) -> None:
    with Service(python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        requests = service.getting("/who/victim")
        thread = editor.stopped()
        victim = editor.pid_of(thread)
        frame = editor.top(thread)
        os.kill(victim, signal.SIGKILL)
        assert editor.event("thread", lambda body: body["reason"] == "exited")["threadId"] == thread
        with pytest.raises(HatchwayError, match="its thread ran on, or is gone"):
            editor.request("scopes", {"frameId": frame["id"]})
        with pytest.raises(HatchwayError):
            editor.resume(thread)
        assert requests[0].exception(10) is not None
        assert walk(editor, service.getting(*["/who/next"] * 8), lambda _: None) == 8


def test_a_worker_killed_while_asked_fails_that_request_with_the_reason(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        service.getting("/who/victim")
        thread = editor.stopped()
        victim, frame = editor.pid_of(thread), editor.top(thread)
        asked = editor.send(
            "evaluate", {"expression": "__import__('time').sleep(30)", "frameId": frame["id"]}
        )
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(HatchwayError, match=f"shop/{victim} is gone: its process has ended"):
            editor.answer(asked, timeout=5)
        assert len(editor.request("threads")["threads"]) >= 3


def test_an_idle_worker_killed_is_replaced_and_the_newborn_stops_on_its_first_request(
    python: Path, folder: Path, editors: Connect
) -> None:
    with Service(python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        before = service.workers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        seen: set[int] = set()
        requests = service.getting(*["/who/newborn"] * 10)
        assert walk(editor, requests, lambda thread: seen.add(editor.pid_of(thread))) == 10
        assert not seen & before
        assert all(request.result()["greeting"] == "hello newborn" for request in requests)


def test_twenty_graceful_reloads_lose_no_stop(newest_python: Path, folder: Path, editors: Connect) -> None:
    with Service(newest_python, folder, server=["-m", "gunicorn", "-w", "2"]) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        arbiter = next(process["pid"] for process in service.ps() if process["role"] == "supervisor")
        for number in range(20):
            before = {process["pid"] for process in service.ps() if process["role"] == "worker"}
            os.kill(arbiter, signal.SIGHUP)
            requests = service.getting(*[f"/who/{number}"] * 3)
            assert walk(editor, requests, lambda _: None) == 3
            assert all(request.result()["greeting"] == f"hello {number}" for request in requests)
            until_replaced(service, before)


def test_recycling_by_max_requests_loses_no_stop(python: Path, folder: Path, editors: Connect) -> None:
    server = ["-m", "gunicorn", "-w", "2", "--max-requests", "3"]
    with Service(python, folder, server=server) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        pids: set[int] = set()
        for _ in range(10):
            requests = service.getting(*["/who/one"] * 3)
            assert walk(editor, requests, lambda thread: pids.add(editor.pid_of(thread))) == 3
            assert all(request.result()["greeting"] == "hello one" for request in requests)
        assert len(pids) > 4, "workers were recycled"


def test_a_killed_relay_is_replaced_and_the_session_lives(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        (relay,) = relays_below(service.process.pid)
        requests = service.getting("/who/parked")
        editor.stopped()
        os.kill(relay, signal.SIGKILL)
        assert requests[0].result(10)["greeting"] == "hello parked"
        editor.event("breakpoint", lambda body: bool(body["breakpoint"]["verified"]), timeout=20)
        assert walk(editor, service.getting("/who/after"), lambda _: None) == 1


def until_replaced(service: Service, before: set[int]) -> None:
    while {process["pid"] for process in service.ps() if process["role"] == "worker"} & before:
        pass


def relays_below(pid: int) -> list[int]:
    """Return the relays that a hub has started."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"relay" in Path(f"/proc/{child}/cmdline").read_bytes()]
