"""Steps that end because an error leaves the function: they go on in the caller, under every CPython."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from agent.playing import Debuggee, Relay

FAILING = """
def fail():
    word = "no"
    return int(word)
def deep():
    return [fail()]
def caught():
    try:
        deep()
    except ValueError:
        done = True
    return done
"""

FAILING_ASYNC = """
async def fail():
    word = "no"
    return_to = int(word)
async def deep():
    return [await fail()]
async def catching():
    try:
        await deep()
    except ValueError:
        done = True
    return done
def caught():
    import asyncio
    return asyncio.run(catching())
"""

TOOLS = """
import sys
def tools():
    monitoring = getattr(sys, "monitoring", None)
    numbers = range(6) if monitoring else ()
    return [(n, monitoring.get_tool(n), monitoring.get_events(n)) for n in numbers if monitoring.get_tool(n)]
def listens():
    return any(events & sys.monitoring.events.PY_UNWIND for _, _, events in tools())
"""


@pytest.mark.parametrize("step", ["next", "stepIn", "stepOut"])
@pytest.mark.parametrize("source", [FAILING, FAILING_ASYNC], ids=["function", "coroutine"])
def test_a_step_is_not_lost_with_the_function(
    debuggee: Debuggee, relay: Relay, source: str, step: str
) -> None:
    failing = debuggee.target.with_name("failing.py")
    failing.write_text(source)
    debuggee.do("import failing\n" + TOOLS)
    before = debuggee.ask("tools()")
    worker = relay.summon(debuggee.pid)
    worker.attach({failing: [4]})
    debuggee.tell("failing.caught()")
    thread, line = worker.stopped()
    assert line == 4
    while line < 9:  # up to 3.11 it may be the line that called, not the handler's
        assert worker.request(step, threadId=thread)["success"]
        thread, line = worker.stopped()
    worker.go_on(thread)
    assert debuggee.hear() is True

    # A thread that runs on no more pays for it.
    debuggee.tell("failing.caught()")
    thread, line = worker.stopped()
    assert line == 4
    worker.go_on(thread)
    assert debuggee.hear() is True
    assert debuggee.ask("listens()") is False
    worker.leave()
    debuggee.until(f"tools() == {before!r}")


def test_tools_that_are_taken_are_left_alone(debuggee: Debuggee, relay: Relay) -> None:
    debuggee.do("import target\n" + TOOLS)
    if not debuggee.ask("hasattr(sys, 'monitoring')"):
        pytest.skip("it has no sys.monitoring")
    debuggee.do("sys.monitoring.use_tool_id(3, 'mine'); sys.monitoring.use_tool_id(4, 'theirs')")
    before = debuggee.ask("tools()")
    worker = relay.summon(debuggee.pid)
    worker.attach({debuggee.target: [4]})
    debuggee.tell("target.tick(20)")
    thread, line = worker.stopped()
    assert worker.request("next", threadId=thread)["success"]
    assert worker.stopped() == (thread, line + 1)
    worker.go_on(thread)
    assert debuggee.hear() == 42
    worker.leave()
    debuggee.until(f"tools() == {before!r}")
