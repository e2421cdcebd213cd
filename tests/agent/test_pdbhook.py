"""`pdb.set_trace()` in a session stops there, whenever pdb was imported; after it pdb is as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from agent.playing import Debuggee, Relay

SOURCE = """\
def late():
    import pdb; pdb.set_trace()
    return 8


def early(set_trace):
    set_trace(header="'look here'")
    return 9
"""
LOOK = """
def look():
    import inspect, pdb
    return [
        pdb.set_trace.__code__.co_filename == pdb.__file__, str(inspect.signature(pdb.set_trace)),
        repr(pdb.__loader__)[:40], repr(pdb.__spec__.loader)[:40], len(sys.meta_path), pdb.__name__,
    ]
"""


ARMED = "sys.modules['hatchway_agent.debugger.pdbhook']._finder in sys.meta_path"


@pytest.fixture
def traced(debuggee: Debuggee) -> Debuggee:
    (debuggee.target.parent / "traced.py").write_text(SOURCE)
    debuggee.do("import traced")
    return debuggee


def test_pdb_that_is_imported_in_the_session_stops_in_it(traced: Debuggee, relay: Relay) -> None:
    assert traced.ask("'pdb' in sys.modules") is False
    worker = relay.summon(traced.pid)
    worker.attach({})
    traced.until(ARMED)
    assert traced.ask("'pdb' in sys.modules") is False, "nobody but the application imports it"
    for _ in range(2):
        traced.tell("traced.late()")
        thread, line = worker.stopped()
        assert line == 3
        worker.go_on(thread)
        assert traced.hear() == 8
    assert traced.end() == (0, "")


def test_pdb_that_was_there_stops_too_and_is_given_back(traced: Debuggee, relay: Relay) -> None:
    traced.do("from pdb import set_trace")
    traced.do(LOOK)
    before = traced.ask("look()")
    for _ in range(2):
        worker = relay.summon(traced.pid)
        worker.attach({})
        traced.until(ARMED)
        traced.tell("traced.early(set_trace)")
        thread, line = worker.stopped()
        assert line == 8
        worker.go_on(thread)
        assert traced.hear() == "look here"
        assert traced.hear() == 9
        worker.leave()
        traced.until("sys.modules['hatchway_agent.debugger.deactivate']._active is None")
        traced.until("len(sys.meta_path) == " + str(before[4]))
        assert traced.ask("look()") == before
    assert traced.end() == (0, "")
