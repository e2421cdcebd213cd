"""`breakpoint()` in a container with nobody attached: it has no terminal, and waits for an editor."""

from collections.abc import Callable

from agent.playing import wait_for
from docker.stack import Stack
from e2e.running import Editor


def test_a_process_waits_at_breakpoint_and_stops_for_the_editor_that_comes(
    stacks: Callable[[str], Stack],
) -> None:
    stack = stacks("copied")
    app = stack.source("app.py")
    text = app.read_text()
    app.write_text(text.replace("    return where", "    breakpoint()\n    return where"))
    behind = stack.line_of("app.py", "tick")
    port = stack.up("--on-breakpoint", "wait:600")
    said = f"hatchway: breakpoint() at app.py:{behind - 1} in pid 1 waits 600 s for a debugger, then runs on"
    wait_for(lambda: said in stack.compose("logs", "--no-color", "web"), said)
    with Editor(port) as editor:
        editor.start()
        for count in ("1", "2"):
            thread = editor.stopped()
            frame = editor.top(thread)
            assert (frame["source"]["path"], frame["line"]) == (str(app), behind)
            assert editor.evaluate("count", frame) == count
            editor.resume(thread)
        assert stack.compose("logs", "--no-color", "web").count("breakpoint()") == 1
