"""uWSGI, nginx and supervisord in one container, debugged: who waits for whom, and whom nothing may end."""

import json
import re
import shlex
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from docker.stack import docker
from e2e.examples import EXAMPLES, PATIENCE, wait_until_healthy
from e2e.projects import Project, apart
from e2e.running import Editor, until

pytestmark = pytest.mark.docker
SUM = "/sum?number=19&number=23"
FOLDER = EXAMPLES / "uwsgi"


class Core(Project):
    """The core server's project."""

    def __init__(self, folder: Path) -> None:
        super().__init__("uwsgi", folder)
        self.case = self.example.case
        self._requests = ThreadPoolExecutor(8)

    def getting(self, path: str) -> Future[Any]:
        """Send a request that may wait for long."""

        def get() -> Any:
            with urllib.request.urlopen(self.base() + path, timeout=4 * PATIENCE) as answer:
                return json.load(answer)

        return self._requests.submit(get)

    def attached(self, hub: int, **options: Any) -> Editor:
        """Connect an editor as .vscode/launch.json has it, with the case's breakpoint."""
        (told,) = json.loads((self.folder / ".vscode" / "launch.json").read_text())["configurations"]
        assert (told["type"], told["request"], told["connect"]["host"]) == ("debugpy", "attach", "127.0.0.1")
        editor = self.editor(hub)
        return editor.armed(self.case.source, self.case.line, justMyCode=told["justMyCode"], **options)

    def workers(self) -> set[int]:
        """Return the pids of uWSGI's workers."""
        return {one["pid"] for one in self.ps() if (one["server"], one["role"]) == ("uwsgi", "worker")}

    def kill(self, pid: int) -> None:
        self.compose("exec", "-T", "core-server", "sh", "-c", f"kill -KILL {pid}")


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    with apart(), Core(tmp_path_factory.mktemp("project")) as project:
        yield project


@pytest.fixture(scope="module")
def hub(core: Core) -> int:
    """Start it as .vscode/tasks.json has it, with one worker, and return the hub's port."""
    (task,) = json.loads((core.folder / ".vscode" / "tasks.json").read_text())["tasks"]
    assert task["presentation"] == {"reveal": "always", "panel": "shared"}
    program, command, *words = shlex.split(task["command"])
    assert (program, command, words) == ("hatchway", "up", ["-d", "--wait"])
    core.compose("build")
    core.environ["WORKERS"] = "1"
    return core.up(*words[1:])


def test_the_first_request_waits_for_the_debugger(core: Core, hub: int) -> None:
    # S1.1, S1.3, S1.4, S1.5, S1.6, S1.7, S1.9, S1.11, S1.14, S1.17, S1.19, S1.21, S1.W1, S1.W3, S1.M1
    until(lambda: 8080 in core.listening(), lambda: core.compose("logs"))
    until(lambda: "uwsgi" in {one["server"] for one in core.ps()}, lambda: str(core.ps()))
    hello, total = core.getting("/"), core.getting(SUM)
    with pytest.raises(TimeoutError):
        hello.result(2)  # that nothing comes takes a while to be seen
    assert not total.done()

    editor = core.attached(hub)
    thread = editor.stopped(PATIENCE)
    frame = editor.top(thread)
    assert frame["source"]["path"] == str(core.case.source)
    assert editor.locals_of(frame)[1]["value"] == "42"
    assert editor.evaluate("value + 1", frame) == "43"
    assert core.workers() == {editor.pid_of(thread)}, "one worker, and none was spawned beside it"
    assert core.listening() == {8080}, "the debugger is behind no port"
    assert not re.search("debugpy|--for-server", core.top("core-server")), "and brings no process along"
    editor.resume(thread)
    assert total.result(PATIENCE) == {"value": 42}
    assert hello.result(PATIENCE)["service"] == "core"

    again = core.getting(SUM)
    editor.resume(editor.stopped(PATIENCE))
    assert again.result(PATIENCE) == {"value": 42}
    editor.request("disconnect")
    assert core.getting(SUM).result(PATIENCE) == {"value": 42}


def test_without_wait_every_worker_serves_and_can_be_debugged(core: Core, hub: int) -> None:
    # S1.18, S1.W2, S1.W4, S1.W5, S1.M2, S1.M3, S1.M4
    core.environ["WORKERS"] = "4"
    assert core.hatchway("up", "-d").returncode == 0
    wait_until_healthy(core.base())
    assert core.getting(SUM).result(PATIENCE) == {"value": 42}, "nobody need be attached"
    until(lambda: len(core.workers()) == 4, lambda: str(core.ps()))

    editor = core.attached(hub, client="vscode")
    first = park_all(core, editor, 4)
    assert first == core.workers()
    victim = min(first)
    core.kill(victim)
    until(lambda: len(core.workers() - {victim}) == 4, lambda: str(core.ps()))
    assert park_all(core, editor, 4) == core.workers(), "the one that came for it too, by the same session"
    editor.request("disconnect")


def test_threads_that_begin_later_can_be_debugged(core: Core, hub: int) -> None:  # S1.W6
    core.environ["WORKERS"] = "1"
    with core.source("docker/uwsgi.env").open("a") as variables:
        variables.write("UWSGI_THREADS=2\n")
    assert core.hatchway("up", "-d").returncode == 0
    wait_until_healthy(core.base())
    editor = core.attached(hub, client="vscode")
    (before,) = park_all(core, editor, 2)
    core.kill(before)
    assert park_all(core, editor, 2) != {before}
    editor.request("disconnect")


def park_all(core: Core, editor: Editor, threads: int) -> set[int]:
    """Have so many requests paused at once, let them go, and return the pids of their workers."""
    requests = [core.getting(SUM) for _ in range(threads)]
    stopped = {editor.stopped(PATIENCE) for _ in requests}
    assert len(stopped) == threads
    pids = {editor.pid_of(thread) for thread in stopped}
    for thread in stopped:
        editor.resume(thread)
    assert [request.result(PATIENCE) for request in requests] == [{"value": 42}] * threads
    return pids


def test_ci_leaves_results_and_coverage(core: Core) -> None:  # S1.16
    name = f"{core.project}-tests"
    core.compose("run", "--build", "--name", name, "tests")
    docker("cp", f"{name}:/app/reports", str(core.folder))
    said = docker("logs", name)
    docker("rm", name)
    assert_results_and_coverage(core, said)


def test_hatchway_test_leaves_the_same(core: Core) -> None:  # S1.16
    image = docker("image", "inspect", "--format", "{{.Id}}", f"{core.project}-tests")
    said = core.hatchway("test", "tests", "--source", "core", timeout=PATIENCE * 4)
    assert said.returncode == 0, said.stdout + said.stderr
    assert_results_and_coverage(core, said.stdout)
    assert docker("image", "inspect", "--format", "{{.Id}}", f"{core.project}-tests") == image


def assert_results_and_coverage(core: Core, said: str) -> None:
    """Look at the reports, and find the percentage as GitLab does."""
    (suite,) = ET.parse(core.folder / "reports" / "junit.xml").getroot()
    assert int(suite.attrib["tests"]) >= 9
    assert suite.attrib["failures"] == suite.attrib["errors"] == "0"
    coverage = ET.parse(core.folder / "reports" / "coverage.xml").getroot()
    ours = (FOLDER / ".gitlab-ci.yml").read_text()
    (pattern,) = re.findall(r"coverage: '/(.*)/'", ours)
    (percent,) = re.findall(pattern, said, re.MULTILINE)
    assert percent == f"{float(coverage.attrib['line-rate']):.0%}"
