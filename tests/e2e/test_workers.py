"""One breakpoint, four workers, one session: the first promise."""

from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.running import Editor, Service, walk

Connect = Callable[[Service], Editor]


def test_every_concurrent_request_stops_is_evaluated_continued_and_answered(
    python: Path, folder: Path, editors: Connect
) -> None:
    with Service(python, folder) as service:
        editor = editors(service).armed(service.source, service.line_of("who"))
        workers = service.workers()
        seen: dict[int, str] = {}

        def look(thread: int) -> None:
            frame = editor.top(thread)
            assert (frame["name"], frame["line"]) == ("who", service.line_of("who"))
            seen.setdefault(editor.pid_of(thread), editor.evaluate("os.getpid()", frame))

        paths = [f"/who/{number}" for number in range(20)]
        requests = service.getting(*paths)
        stops = walk(editor, requests, look)

        assert stops == 20
        assert [request.result()["greeting"] for request in requests] == [f"hello {n}" for n in range(20)]
        assert len(workers) == 4
        assert seen == {pid: str(pid) for pid in workers}, "each worker was shown under its own pid"
        assert service.workers() == workers, "nobody was replaced"


@pytest.mark.parametrize("client", ["vscode", "neovim"])
def test_what_is_done_to_one_stopped_worker_leaves_the_others_standing(
    client: str, newest_python: Path, folder: Path, editors: Connect
) -> None:
    with Service(newest_python, folder) as service:
        editor = editors(service).armed(
            service.source,
            service.line_of("who"),
            client=client,
            justMyCode=False,
            hatchway={"stopView": "direct"},
        )
        requests = service.getting("/who/ann", "/who/bob", "/who/cid")
        threads = [editor.stopped() for _ in requests]
        frames = {thread: editor.top(thread) for thread in threads}
        scopes = {thread: editor.locals_of(frame) for thread, frame in frames.items()}
        names = {thread: values["name"] for thread, (_, values) in scopes.items()}
        assert sorted(names.values()) == ["'ann'", "'bob'", "'cid'"]
        handles = [frame["id"] for frame in frames.values()] + [scope for scope, _ in scopes.values()]
        assert len(set(threads)) == 3
        assert len(set(handles)) == 6, "no handle stands for two things"

        by_name = {name.strip("'"): thread for thread, name in names.items()}
        ann, bob, cid = by_name["ann"], by_name["bob"], by_name["cid"]
        changed = {"variablesReference": scopes[ann][0], "name": "greeting", "value": "'changed'"}
        editor.request("setVariable", changed)
        assert editor.evaluate("greeting", frames[ann]) == "'changed'"
        assert editor.evaluate("greeting", frames[bob]) == "'hello bob'"

        editor.request("stepOut", {"threadId": bob})
        assert editor.event("stopped")["threadId"] == bob
        assert editor.top(bob)["name"] != "who"
        assert editor.evaluate("greeting", editor.top(cid)) == "'hello cid'", "cid has not moved"

        editor.resume(ann)
        assert requests[0].result()["greeting"] == "changed"
        assert not requests[1].done()
        assert not requests[2].done()
        editor.resume(bob)
        editor.resume(cid)
        assert [request.result()["greeting"] for request in requests[1:]] == ["hello bob", "hello cid"]


def test_armed_means_that_a_request_sent_at_once_stops(python: Path, folder: Path, editors: Connect) -> None:
    with Service(python, folder) as service:
        for _ in range(3):
            editor = editors(service)
            answered = editor.start({service.source: [service.line_of("who")]})
            assert not answered[0]["verified"], "pending until a worker is armed"
            editor.event("breakpoint", lambda body: bool(body["breakpoint"]["verified"]))
            requests = service.getting(*["/who/early"] * 4)
            assert walk(editor, requests, lambda _: None) == 4
            editor.request("disconnect")
