"""What a test raised is shown in the session after it was caught: its frames, and none of the runner's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hatchway_agent.testing.failing import of_the_test

if TYPE_CHECKING:
    from types import TracebackType

    from agent.playing import Debuggee, Relay

SOURCE = """\
def fall(height):
    raise ValueError(height)


def test():
    fall(3)


def run():
    from hatchway_agent.testing import failing

    try:
        test()
    except ValueError as error:
        failing.show((ValueError, error, error.__traceback__))
    return "on"
"""


def test_the_stop_has_the_frames_of_the_traceback_alone(debuggee: Debuggee, relay: Relay) -> None:
    (debuggee.target.parent / "falling.py").write_text(SOURCE)
    debuggee.do("import falling")
    assert debuggee.ask("falling.run()") == "on", "without a session nothing stops"
    worker = relay.summon(debuggee.pid)
    worker.attach({})
    for _ in range(2):
        debuggee.tell("falling.run()")
        thread, line = worker.stopped()
        assert line == 2
        stack = worker.request("stackTrace", threadId=thread)["body"]["stackFrames"]
        assert [(frame["name"], frame["line"]) for frame in stack] == [("fall", 2), ("test", 6), ("run", 13)]
        worker.go_on(thread)
        assert debuggee.hear() == "on"
    worker.leave()
    debuggee.until("sys.modules['hatchway_agent.debugger.deactivate']._active is None")
    assert debuggee.ask("falling.run()") == "on"
    assert debuggee.end() == (0, "")


def test_the_frames_of_runners_and_those_that_hide_are_cut() -> None:
    def assertion() -> None:
        __tracebackhide__ = True
        raise ValueError

    def told() -> list[str]:
        try:
            assertion()
        except ValueError as error:
            return names(of_the_test(error.__traceback__))
        return []

    assert told() == ["told"]


def names(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        found.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    return found
