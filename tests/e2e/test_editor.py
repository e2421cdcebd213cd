"""The editor comes before the app, after it, leaves and comes back; the hub outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.running import Editor, Running, Service, free_port, walk

from hatchway.terminal.client import RequestError

Connect = Callable[[Service], Editor]


def test_the_editor_that_is_there_first_stops_the_very_first_request(
    python: Path, folder: Path, editors: Connect
) -> None:
    with Service(python, folder, options=["--wait"]) as service:
        editor = editors(service)
        answered = editor.start({service.source: [service.line_of("who")]})
        assert not answered[0]["verified"], "nothing has run yet"
        editor.event("breakpoint", lambda body: bool(body["breakpoint"]["verified"]), timeout=30)
        requests = service.getting("/who/first")
        assert walk(editor, requests, lambda _: None) == 1


def test_parked_threads_run_on_when_the_editor_disconnects(
    python: Path, folder: Path, editors: Connect
) -> None:
    with Service(python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        requests = service.getting("/who/a", "/who/b", "/who/c")
        editor.stopped()
        editor.request("disconnect")
        assert [request.result(10)["greeting"] for request in requests] == ["hello a", "hello b", "hello c"]
        _, threads = is_back_to_dormant(service), service.get("/threads")["threads"]
        assert threads == ["MainThread"], "no thread of the debugger is left"


def test_parked_threads_run_on_when_the_editor_is_killed(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        requests = service.getting("/who/a", "/who/b")
        editor.stopped()
        editor.close()
        assert [request.result(10)["greeting"] for request in requests] == ["hello a", "hello b"]
        is_back_to_dormant(service)


def test_a_restart_keeps_the_breakpoints_and_releases_what_was_parked(
    python: Path, folder: Path, editors: Connect
) -> None:
    """VS Code's restart: `disconnect {restart: true}`, and a new connection 0.3 s later."""
    with Service(python, folder) as service:
        line = service.line_of("who")
        editor = editors(service).armed(service.source, line, client="vscode")
        parked = service.getting("/who/parked")
        editor.stopped()
        editor.request("disconnect", {"restart": True})
        editor.close()
        assert parked[0].result(10)["greeting"] == "hello parked"
        meanwhile = service.getting("/who/meanwhile")
        time.sleep(0.3)  # as long as VS Code takes
        assert not meanwhile[0].done(), "its worker stands at the breakpoint that stayed"

        again = editors(service).armed(service.source, line, client="vscode")
        thread = again.stopped()
        assert again.locals_of(again.top(thread))[1]["name"] == "'meanwhile'"
        again.resume(thread)
        assert meanwhile[0].result(10)["greeting"] == "hello meanwhile"
        assert walk(again, service.getting(*["/who/next"] * 4), lambda _: None) == 4


def test_an_editor_that_never_returns_from_a_restart_frees_the_workers(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        editor.request("disconnect", {"restart": True})
        editor.close()
        request = service.getting("/who/patient")[0]
        assert request.result(20)["greeting"] == "hello patient"
        is_back_to_dormant(service)


def test_breakpoints_moved_while_away_stop_where_they_are_now(
    python: Path, folder: Path, editors: Connect
) -> None:
    """Another line of the same function in each session: pydevd's own caches would not notice."""
    with Service(python, folder) as service:
        for place in ("loop", "add", "loop", "add", "loop"):
            editor = editors(service).armed(service.source, service.line_of(place))
            requests = service.getting("/sum/1")
            lines: list[int] = []
            walk(
                editor,
                requests,
                lambda thread, editor=editor, lines=lines: lines.append(editor.top(thread)["line"]),
            )
            assert lines == [service.line_of(place)]
            editor.request("disconnect")
            is_back_to_dormant(service)


def test_the_app_outlives_the_hub_and_another_hub_opens_on_it(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        request = service.getting("/who/parked")[0]
        editor.stopped()
        app = next(process["pid"] for process in service.ps() if process["role"] == "supervisor")
        service.process.kill()
        service.process.wait()
        assert request.result(10)["greeting"] == "hello parked", "nobody stays parked for a hub that is gone"
        try:
            with Running([sys.executable, "-m", "hatchway", "attach"], folder) as attached:
                service.lines += [attached.line("hatchway: ready on .*4 workers").string]
                with Editor(attached.hub_port) as again:
                    again.armed(service.source, service.line_of("who"))
                    assert walk(again, service.getting("/who/again"), lambda _: None) == 1
                assert attached.end() == 0
            assert service.get("/who/alone")["greeting"] == "hello alone"
        finally:
            os.kill(app, signal.SIGTERM)


def test_two_editors_share_the_session_and_one_holds_the_controls(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        first = editors(service).armed(service.source, service.line_of("who"))
        second = editors(service)
        second.start()
        requests = service.getting("/who/a")
        thread = first.stopped()
        assert second.evaluate("greeting", second.top(thread)) == "'hello a'", "both may look"
        with pytest.raises(RequestError, match="holds the controls"):
            second.resume(thread)
        second.request("hatchwayTakeControls")
        first.request("disconnect")
        assert second.stopped() == thread
        second.resume(thread)
        assert requests[0].result()["greeting"] == "hello a"
        assert walk(second, service.getting("/who/b"), lambda _: None) == 0, (
            "its breakpoint went with the first"
        )


def test_a_taken_port_is_passed_over_and_the_one_taken_is_said(
    newest_python: Path, folder: Path, editors: Connect, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with Service(newest_python, folder) as first, Service(newest_python, other) as second:
        assert first.hub_port != second.hub_port
        assert walk(
            editors(second).armed(second.source, second.line_of("who")),
            second.getting("/who/a"),
            lambda _: None,
        )


def test_the_named_port_is_taken_or_refused(newest_python: Path, folder: Path, tmp_path: Path) -> None:
    port = str(free_port())
    other = tmp_path / "other"
    other.mkdir()
    with Service(newest_python, folder, options=["--port", port]) as first:
        assert first.hub_port == int(port)
        with Service(newest_python, other, options=["--port", port]) as second:
            second.line(rf"hatchway: error: port {port} .* cannot be listened on")
            second.line("hint: .*--port")
            assert second.process.wait(10) == 1


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become another user")
def test_another_user_of_the_machine_does_not_get_in(
    newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        dial = (
            "import encodings.idna, os, socket\n"
            "os.setgroups([]), os.setgid(65534), os.setuid(65534)\n"
            f"s = socket.create_connection(('127.0.0.1', {service.hub_port}))\n"
            "s.sendall(b'Content-Length: 2\\r\\n\\r\\n{}')\n"
            "print(s.recv(100))"
        )
        stranger = subprocess.run(
            [sys.executable, "-I", "-c", dial], capture_output=True, text=True, timeout=20, check=False
        )
        assert stranger.stdout == "b''\n" or "ConnectionResetError" in stranger.stderr, stranger
        service.line(r"hatchway: client 127.0.0.1:\d+: refused, it does not belong to user 0")
        editor = editors(service).armed(service.source, service.line_of("who"))
        assert walk(editor, service.getting("/who/a"), lambda _: None) == 1
        rendezvous = Path(os.environ["XDG_RUNTIME_DIR"]) / "hatchway"
        assert all(found.stat().st_mode & 0o077 == 0 for found in [rendezvous, *rendezvous.glob("*/*")])


def is_back_to_dormant(service: Service) -> None:
    """Wait until every worker is dormant again."""
    deadline = time.monotonic() + 10
    while any(process["state"] != "dormant" for process in service.ps()):
        assert time.monotonic() < deadline, service.ps()
        time.sleep(0.05)
