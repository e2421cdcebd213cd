"""Thirty-two workers attach, stop and are let go."""

from collections.abc import Callable
from pathlib import Path

from e2e.running import Editor, Service, walk


def test_thirty_two_workers_attach_stop_and_detach(
    newest_python: Path, folder: Path, editors: Callable[[Service], Editor]
) -> None:
    with Service(newest_python, folder, server=["-m", "gunicorn", "-w", "32"]) as service:
        service.line("ready on")
        editor = editors(service)
        editor.start({service.source: [service.line_of("who")]})
        editor.event("breakpoint", lambda body: bool(body["breakpoint"]["verified"]), timeout=60)
        attached = {process["pid"] for process in service.ps() if process["state"] == "attached"}
        assert len(attached) == 32, "verified means armed in all of them"
        seen: set[int] = set()
        requests = service.getting(*["/who/all"] * 64)
        stops = walk(editor, requests, lambda thread: seen.add(editor.pid_of(thread)))
        assert stops == 64
        assert seen == attached
        editor.request("disconnect")
        assert all(request.result()["greeting"] == "hello all" for request in requests)
        assert service.get("/threads")["threads"] == ["MainThread"]
