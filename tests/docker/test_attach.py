"""`hatchway attach` to a project that plain Compose started: on Python 3.14 without a restart."""

import signal
import time
from collections.abc import Callable

from docker.stack import Stack
from e2e.running import Editor, walk


def test_processes_of_python_3_14_are_taken_in_without_a_restart(stacks: Callable[[str], Stack]) -> None:
    stack = stacks("running")
    stack.compose("up", "--detach", "--build")
    stack.wait_until_serving("web")
    before = stack.containers()["web"]
    with stack.running("attach") as attached:
        attached.line(r"^hatchway: web goes on without a restart: \d process(es)? taken in$")
        attached.line(r"^hatchway: left as it is, its Python .*: older; `hatchway up older` starts it anew")
        port = attached.hub_port
        stack.wait_for_workers(web=2)
        with Editor(port) as editor:
            editor.armed(stack.source("app.py"), stack.line_of("app.py", "who"))
            requests = stack.getting("web", *["/who/ann"] * 6)
            seen = set()
            assert walk(editor, requests, lambda thread: seen.add(editor.top(thread)["source"]["path"])) == 6
            assert seen == {str(stack.source("app.py"))}
            editor.request("disconnect")
        assert [len(execs) for execs in stack.execs("web").values()] == [1], "the relay"
        assert attached.end(signal.SIGINT) == 130
    deadline = time.monotonic() + 30
    while any(stack.execs("web").values()):
        assert time.monotonic() < deadline, "Ctrl-C leaves nothing in the container"
        time.sleep(0.1)
    after = stack.containers()["web"]
    assert (before["Id"], before["State"]["Pid"]) == (after["Id"], after["State"]["Pid"])
    assert stack.get("web", "/who/bob")["greeting"] == "hello bob from web"


def test_up_with_wait_holds_every_program_before_its_first_line(stacks: Callable[[str], Stack]) -> None:
    stack = stacks("copied")
    port = stack.up("--wait")
    first = 3  # the first import, which runs once
    with Editor(port) as editor:
        editor.armed(stack.source("app.py"), first)
        frame = editor.top(editor.stopped())
        assert (frame["source"]["path"], frame["line"]) == (str(stack.source("app.py")), first)
        editor.request("disconnect")
