"""Containers come and go with an editor attached: its breakpoints stand in whatever is there."""

import json
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docker.stack import Stack, docker
from e2e.running import Editor, walk

ROUNDS = int(os.environ.get("HATCHWAY_ROUNDS", "5"))
"""How often something happens in the long test; a hundred take a quarter of an hour."""
GROWTH = 8 << 20
"""Bytes the hub may grow by: what it has allocated once, it keeps."""


@pytest.fixture(scope="module")
def editor(shop: Stack) -> Iterator[Editor]:
    """An editor that stays through all that happens here, with a breakpoint in the web service."""
    port = shop.up()
    shop.wait_until_serving("web")
    shop.wait_for_workers(web=3, api=2, worker=2)
    with Editor(port) as connected:
        yield connected.armed(shop.source("web/app.py"), shop.line_of("web/app.py", "who"))


def require_stops(editor: Editor, shop: Stack) -> None:
    """Request until a breakpoint has stopped a worker of the new container; then all requests must stop."""
    deadline = time.monotonic() + 40
    stops, requests = 0, []
    while not (stops and all(request.done() for request in requests)):
        assert time.monotonic() < deadline, state_of(editor, shop)
        if all(request.done() for request in requests):  # it does not serve yet, or is not armed yet
            requests = shop.getting("web", "/who/first")
        try:
            thread = editor.stopped(timeout=0.2)
        except TimeoutError:
            continue
        stops += 1
        editor.resume(thread)
    assert [request.result()["greeting"] for request in requests] == ["hello first from web"]
    workers_armed(editor, "web", 3)
    requests = shop.getting("web", *["/who/again"] * 6)
    assert walk(editor, requests, lambda thread: look(editor, thread)) == 6, state_of(editor, shop)
    assert {request.result()["greeting"] for request in requests} == {"hello again from web"}


def state_of(editor: Editor, shop: Stack) -> str:
    """Return what the hub and the service say of themselves."""
    view = editor.request("hatchwaySnapshot")
    web = [(p["pid"], p["role"], p["state"]) for p in view["processes"] if p["service"] == "web"]
    return f"{web}\n{view['stops']}\n{shop.compose('logs', '--tail', '12', 'web')}"


def look(editor: Editor, thread: int) -> None:
    assert editor.locals_of(editor.top(thread))[1]["greeting"] == "'hello again from web'"


def workers_armed(editor: Editor, service: str, wanted: int) -> None:
    """Wait until so many workers of a service are attached."""
    deadline = time.monotonic() + 30
    while True:
        processes = editor.request("hatchwaySnapshot")["processes"]
        found = [p["state"] for p in processes if p["service"] == service and p["role"] == "worker"]
        if found == ["attached"] * wanted:
            return
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def restart(shop: Stack) -> None:
    shop.compose("restart", "--timeout", "1", "web")


def kill_and_start(shop: Stack) -> None:
    shop.compose("kill", "web")
    shop.compose("start", "web")


def stop_and_start(shop: Stack) -> None:
    shop.compose("stop", "--timeout", "1", "web")
    shop.compose("start", "web")


def remove_and_up(shop: Stack) -> None:
    docker("rm", "--force", shop.containers()["web"]["Id"])
    done = shop.hatchway("up", "-d", "web")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^hatchway: joining the hub on 127\.0\.0\.1:\d+$", done.stdout, re.MULTILINE)


def crash(shop: Stack) -> None:
    """End the first process from within: its restart policy has Docker start the container again."""
    shop.compose("exec", "-T", "--user", "0", "web", "sh", "-c", "kill -TERM 1")


@pytest.mark.parametrize("happens", [restart, kill_and_start, stop_and_start, remove_and_up, crash])
def test_breakpoints_stand_in_the_container_that_follows(
    happens: Callable[[Stack], None], shop: Stack, editor: Editor
) -> None:
    happens(shop)
    require_stops(editor, shop)


def test_breakpoints_stand_after_a_rebuild_and_new_code_is_matched(shop: Stack, editor: Editor) -> None:
    source = shop.source("web/app.py")
    source.write_text(source.read_text().replace("import os\n", "import os\n\n# A line more.\n"))
    line = shop.line_of("web/app.py", "who")
    editor.set_breakpoints(source, line)
    done = shop.hatchway("up", "-d", "--build", "web")
    assert done.returncode == 0, done.stdout + done.stderr
    require_stops(editor, shop)
    told = editor.set_breakpoints(source, line)
    assert [(one["verified"], one["line"], one.get("message")) for one in told] == [(True, line, None)]


def test_replicas_join_and_leave_the_session(shop: Stack, editor: Editor) -> None:
    assert shop.hatchway("up", "-d", "--scale", "worker=3").returncode == 0
    workers_armed(editor, "worker", 6)
    listed = shop.hatchway("ps").stdout
    assert all(f"{shop.project}-worker-{number} " in listed for number in (1, 2, 3)), "which is which"
    assert f"{shop.project}-web" not in listed, "the only one of its service"
    assert shop.hatchway("up", "-d", "--scale", "worker=1").returncode == 0
    workers_armed(editor, "worker", 2)
    require_stops(editor, shop)


@pytest.mark.timeout(60 + 30 * ROUNDS)
def test_a_hundred_losses_cost_no_breakpoint_no_memory_and_no_other_request(
    shop: Stack, editor: Editor
) -> None:
    chance = random.Random(5)
    over = threading.Event()
    served: list[object] = []

    def load() -> None:
        while not over.wait(0.02):
            served.append(shop.get("api", "/who/load"))

    things = [restart, kill_and_start, stop_and_start, lambda shop: scale(shop, chance.choice([1, 2, 3]))]
    for thing in things:  # what the first of each allocates is no leak
        thing(shop)
        require_stops(editor, shop)
    before = memory_of_hub()
    loading = threading.Thread(target=load)
    loading.start()
    try:
        for _ in range(ROUNDS):
            chance.choice(things)(shop)
            require_stops(editor, shop)
    finally:
        over.set()
        loading.join()
    assert len(served) > ROUNDS, "the other service answered every request, or this thread had ended"
    assert memory_of_hub() - before < GROWTH
    deadline = time.monotonic() + 30
    while not all(
        len(execs) == 1 and "relay" in execs[0] for execs in shop.execs("web", "api", "worker").values()
    ):
        assert time.monotonic() < deadline, (
            f"more, or less, than the relay: {shop.execs('web', 'api', 'worker')}"
        )
        time.sleep(0.1)  # a newcomer's files are just being listed


def scale(shop: Stack, wanted: int) -> None:
    done = shop.hatchway("up", "-d", "--scale", f"worker={wanted}")
    assert done.returncode == 0, done.stderr


def memory_of_hub() -> int:
    """Return how much memory the hub of this test has."""
    (found,) = Path(os.environ["XDG_RUNTIME_DIR"]).glob("hatchway/*/hub.json")
    pid = json.loads(found.read_text())["pid"]
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) << 10


@pytest.fixture
def alone(stacks: Callable[[str], Stack]) -> Stack:
    """A project of a single service."""
    return stacks("copied")


def test_a_session_in_the_foreground_outlives_its_only_container(alone: Stack) -> None:
    source = alone.source("app.py")
    with alone.running("up") as running, Editor(running.hub_port) as editor:
        editor.start()
        require_stop(editor, alone)
        identity = alone.containers()["web"]["Id"]
        docker("restart", "--time", "0", identity)
        require_stop(editor, alone)
        source.write_text(f"# A line more.\n{source.read_text()}")
        done = alone.hatchway("up", "-d", "--build")
        assert done.returncode == 0, done.stdout + done.stderr
        assert alone.containers()["web"]["Id"] != identity
        require_stop(editor, alone)
        assert running.end(signal.SIGINT) == 130
        # A container that replaces another, Compose finds by itself.
        running.line("^hatchway: the containers were started anew; following them$")
    assert not docker("ps", "--quiet", "--filter", f"label=com.docker.compose.project={alone.project}")


def require_stop(editor: Editor, alone: Stack) -> None:
    """Set a breakpoint where the service passes by, see it stop there, and let it run on without."""
    source, line = alone.source("app.py"), alone.line_of("app.py", "tick")
    editor.set_breakpoints(source, line)
    thread = editor.stopped(timeout=30)
    frame = editor.top(thread)
    assert (frame["source"]["path"], frame["line"]) == (str(source), line)
    editor.set_breakpoints(source)
    editor.resume(thread)
