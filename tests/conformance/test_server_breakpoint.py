"""`breakpoint()` under each server that has a killer, with nobody attached: the worker that waits lives."""

import dataclasses
import re
import time

import pytest
from conformance.live import Live
from conformance.rows import HERE, ROWS, Row
from e2e.environments import cannot_build, interpreters
from e2e.running import until

pytestmark = pytest.mark.apart

KILLERS = [row for row in ROWS if row.killer]
IN_THE_PARENT = {"uvicorn: workers", "celery: prefork, hard limit"}
"""Before any session it has to be asked without one; the others are nightly."""


def halting(row: Row) -> Row:
    """Return the row with `breakpoint()` in its application."""
    text = (HERE / "apps" / row.app).read_text()
    changed = re.sub(r"^( *)(.*# stop: who)$", r"\1breakpoint()\n\1\2", text, flags=re.MULTILINE)
    assert changed != text
    return dataclasses.replace(row, files={**row.files, row.source: changed})


def chosen() -> list[object]:
    return [
        pytest.param(
            row,
            version,
            id=f"{row.id} {version}",
            marks=() if row.id in IN_THE_PARENT else pytest.mark.nightly,
        )
        for row in KILLERS
        for version in [version for version in row.pythons if version in interpreters()][-1:]
    ]


@pytest.mark.parametrize(("row", "version"), chosen())
def test_a_worker_that_waits_for_an_editor_is_not_killed(row: Row, version: str) -> None:
    if why := cannot_build(version, row.environment):
        pytest.skip(why)
    with Live(halting(row), version, "--on-breakpoint", "wait:600") as live:
        until(lambda: live.roles() == row.roles, lambda: f"{live.roles()} is not {row.roles}")
        workers = live.workers().keys()
        (request,) = live.getting("/who/ann")
        live.line(r"hatchway: breakpoint\(\) at app.py:\d+ in pid \d+ waits 600 s")
        time.sleep(2 * row.killer)  # nothing comes: the killer does not
        editor = live.editor()
        editor.start()
        thread = editor.stopped()
        frame = editor.top(thread)
        assert (frame["name"], frame["line"]) == ("who", live.line_of("who"))
        assert editor.pid_of(thread) in workers
        editor.resume(thread)
        assert request.result()["greeting"] == "hello ann"
        assert live.workers().keys() == workers
