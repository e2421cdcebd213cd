"""Each example in its production layout under a bounded load: not one wrong answer, debugged or not."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from e2e.examples import NAMES, read, wait_until_healthy
from e2e.projects import Project, apart

CLIENTS = 2
REQUESTS = 1000
"""Of each client in each phase, so a minute or more for each example."""
PAUSE = 0.02
"""Seconds from one request of a client to its next: without a bound the host runs out of ports."""


@pytest.mark.docker
@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", NAMES)
def test_no_answer_is_wrong_before_while_and_after_somebody_is_attached(name: str, tmp_path: Path) -> None:
    with apart(), Project(name, tmp_path) as project:
        project.environ["COMPOSE_FILE"] = "compose.yaml"
        project.compose("build")
        hub = project.up()
        wait_until_healthy(project.base())
        for exchange in project.example.case.prepare:
            exchange.send(project.base())
        median = {"dormant": milliseconds(project)}
        editor = project.editor(hub)
        editor.start()
        median["attached"] = milliseconds(project)
        editor.request("disconnect")
        median["after detach"] = milliseconds(project)
        print(name, median)  # noqa: T201 - what it costs, for who looks


def milliseconds(project: Project) -> float:
    """Return what an answer took in the median of a phase; all of them are what the case says."""
    with ThreadPoolExecutor(CLIENTS) as crowd:
        took = [one for client in crowd.map(lambda _: asking(project), range(CLIENTS)) for one in client]
    return round(statistics.median(took) * 1e3, 2)


def asking(project: Project) -> list[float]:
    request = project.example.case.request
    took = []
    for number in range(REQUESTS):
        begin = time.monotonic()
        said = request.send(project.base())
        took.append(time.monotonic() - begin)
        assert read(said) == request.answer, f"request {number}"
        time.sleep(max(0, PAUSE - took[-1]))
    return took
