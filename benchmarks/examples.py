"""Each example in its production layout under load: what an attached editor costs, and one that has left."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median

from docker.engine import why_none
from e2e.examples import NAMES, wait_until_healthy
from e2e.projects import Project, apart
from pairs import in_turn
from rows import Row, Table, row
from settings import Settings

TIME = Table("Time to an answer, compared with `docker compose up`", "x")
CLIENTS = 2
PAUSE = 0.005
"""Seconds from an answer to the same client's next request: a bounded load, as the row asks for."""


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Load the project that Compose started and the one that we did in turn; their own Pythons decide.

    With 30 pairs that is a minute and a half for each example, and half a minute to bring it up twice.
    """
    del version, python
    if why := why_none():
        raise SystemExit(why)
    for name in NAMES:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder, ExitStack() as open_until_then:
            open_until_then.enter_context(apart())
            plain, ours = (
                open_until_then.enter_context(_project(name, Path(folder, kind)))
                for kind in ("plain", "ours")
            )
            plain.compose("up", "--build", "--detach", "--wait")
            ours.compose("build")
            hub = ours.up()
            for project in (plain, ours):
                wait_until_healthy(project.base())
                for exchange in project.example.case.prepare:
                    exchange.send(project.base())
            yield _compared(name, "dormant", plain, ours, settings)
            editor = ours.editor(hub)
            editor.start()
            yield _compared(name, "attached, no breakpoint", plain, ours, settings)
            editor.request("disconnect")
            yield _compared(name, "after detach", plain, ours, settings)


def _project(name: str, folder: Path) -> Project:
    folder.mkdir()
    project = Project(name, folder)
    project.environ["COMPOSE_FILE"] = "compose.yaml"
    return project


def _compared(name: str, state: str, plain: Project, ours: Project, settings: Settings) -> Row:
    pairs = in_turn(settings.pairs, *(partial(_taken, one, settings.burst) for one in (plain, ours)))
    beside = f"{median(second for _, second in pairs):.1f} ms"
    return row(TIME, state, name, [second / first for first, second in pairs], beside=beside)


def _taken(project: Project, seconds: float) -> float:
    """Return the median of the milliseconds in a burst. Raises `RuntimeError` if an answer is wrong."""
    request, base = project.example.case.request, project.base()
    taken: list[float] = []
    wrong: list[Exception] = []
    expected = request.send(base)

    def ask() -> None:
        end = time.perf_counter() + seconds
        while (begin := time.perf_counter()) < end and not wrong:
            try:
                said = request.send(base)
            except OSError as error:
                wrong.append(error)
                return
            taken.append((time.perf_counter() - begin) * 1e3)
            if said != expected:
                wrong.append(RuntimeError(f"{project.example.case.title}: {said[:200]!r}"))
            time.sleep(PAUSE)

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if wrong:
        raise wrong[0]
    return median(taken)
