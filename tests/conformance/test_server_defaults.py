"""A minute at a breakpoint under the servers' own limits; run with `--nightly`."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from conformance.rows import Row
from conformance.test_server_pauses import PATIENT, pause_for_long
from e2e.environments import newest

LIMITS = ("-t", "--timeout", "--timeout-worker-healthcheck")
MINUTE = 60.0


def at_defaults(row: Row) -> Row:
    """Take the limit out of a row's command line; who hangs is another test's matter."""
    words = list(row.command)
    for option in LIMITS:
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
    return dataclasses.replace(row, command=tuple(words), hang=False)


@pytest.mark.nightly
@pytest.mark.timeout(600)
def test_a_minute_at_a_breakpoint_is_survived_under_the_servers_own_limits() -> None:
    rows = [row for row in PATIENT if any(option in row.command for option in LIMITS)]
    assert {row.server for row in rows} == {"gunicorn", "uvicorn"}, (
        "the others have no limit unless it is set"
    )
    with ThreadPoolExecutor(len(rows)) as crowd:
        pauses = {row.id: crowd.submit(pause_for_long, at_defaults(row), newest(), MINUTE) for row in rows}
    for name, future in pauses.items():
        pause = future.result()
        assert pause.answer["greeting"] == "hello parked", name
        assert (pause.answer["pid"], pause.still_there) == (pause.before, True), name
