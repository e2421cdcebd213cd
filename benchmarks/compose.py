"""What `hatchway up` adds to `docker compose up -d`, and how soon breakpoints stand; a round trip."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docker.engine import why_none
from docker.stack import Stack
from e2e.running import Editor, is_verified
from rows import Row, Table, row
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

STARTING = Table("A compose stack of gunicorn, uvicorn, Celery, Redis and PostgreSQL", "s")
TRIP = Table("One `evaluate` in a stopped thread of a container", "ms")
PLACES = {"web": "web/app.py", "api": "api/app.py", "worker": "worker/tasks.py"}


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Start the stack both ways in turn, images and payload being there; its own Pythons decide, not ours."""
    del version, python
    if why := why_none():
        raise SystemExit(why)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Stack("shop", Path(folder)) as stack:
        stack.compose("build")
        stack.up()
        stack.hatchway("down")
        pairs, armed, trips = [], [], []
        for _ in range(max(3, settings.services)):
            plain = _taken(lambda: stack.compose("up", "--detach"))
            stack.compose("down", "--timeout", "1")
            begin = time.perf_counter()
            port = stack.up()
            ours = time.perf_counter() - begin
            pairs.append((plain, ours))
            stack.wait_until_serving("web", "api")
            stack.wait_for_workers(web=3, api=2, worker=2)
            with Editor(port) as editor:
                armed.append(_taken(partial(_arm, editor, stack)))
                trips += _trips(editor, stack, settings.evaluations)
                editor.request("disconnect")
            stack.hatchway("down")
    yield row(STARTING, "any", "docker compose up -d", [plain for plain, _ in pairs])
    yield row(STARTING, "any", "hatchway up -d", [ours for _, ours in pairs])
    yield row(STARTING, "any", "difference", [ours - plain for plain, ours in pairs])
    yield row(STARTING, "any", "from attach to all breakpoints verified, 3 services", armed)
    yield row(TRIP, "any", "through docker exec", trips, beside=f"slowest {max(trips):.1f} ms")


def _taken(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _arm(editor: Editor, stack: Stack) -> None:
    wanted: dict[Path, Sequence[int]] = {
        stack.source(path): [stack.line_of(path, "who")] for path in PLACES.values()
    }
    for answered in editor.start(wanted):
        if not answered["verified"]:
            editor.event("breakpoint", lambda body, one=answered["id"]: is_verified(body, one))  # type: ignore[misc]


def _trips(editor: Editor, stack: Stack, count: int) -> list[float]:
    (request,) = stack.getting("web", "/who/bench")
    thread = editor.stopped()
    frame = editor.top(thread)
    trips = [_taken(lambda: editor.evaluate("name", frame)) * 1e3 for _ in range(count)]
    editor.resume(thread)
    request.result(20)
    return trips
