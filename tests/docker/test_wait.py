"""`hatchway up --wait` where there is no `__main__`, and after the hub has gone."""

import subprocess
from collections import Counter
from collections.abc import Callable

from docker.stack import Stack, docker
from e2e.running import Editor, until

from hatchway.cli._containers import end_hub
from hatchway.engines.rendezvous import run_directory
from hatchway.hub.lodging import find


def test_uwsgi_is_held_as_it_loads_the_application(stacks: Callable[[str], Stack]) -> None:
    stack = stacks("embedded")
    port = stack.up("--wait", "--build")
    place = stack.line_of("site_app.py", "loaded")
    seen: Counter[str] = Counter()
    with Editor(port) as editor:
        editor.armed(stack.source("site_app.py"), place)
        # The master loads it for all, or each of two workers for itself.
        while seen.total() < 3:
            thread = editor.stopped(timeout=40)
            frame = editor.top(thread)
            assert (frame["source"]["path"], frame["line"]) == (str(stack.source("site_app.py")), place)
            names = {known["id"]: known["name"] for known in editor.request("threads")["threads"]}
            seen[names[thread].partition("/")[0]] += 1
            editor.resume(thread)
        editor.request("disconnect")
    assert seen == {"early": 1, "lazy": 2}


def test_a_container_restarted_without_a_hub_says_so_once_and_waits_for_the_next(
    stacks: Callable[[str], Stack],
) -> None:
    stack = stacks("copied")
    stack.up("--wait")
    container = stack.compose("ps", "--quiet", "web").strip()
    end_hub(find(run_directory(stack.folder)))
    docker("restart", "--time", "0", container)
    line = "hatchway: pid 1 waits 60 s for an editor, then starts (no hub here yet: hatchway attach)"
    until(lambda: line in log_of(container), lambda: log_of(container))
    first = 3  # the first import, which runs once
    with stack.running("attach") as attached, Editor(attached.hub_port) as editor:
        editor.armed(stack.source("app.py"), first)
        assert editor.top(editor.stopped())["line"] == first
        editor.request("disconnect")
    assert log_of(container).count("waits 60 s") == 1


def log_of(container: str) -> str:
    said = subprocess.run(["docker", "logs", container], check=True, capture_output=True, text=True)
    return said.stdout + said.stderr
