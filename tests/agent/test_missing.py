"""Who is missing, as /proc tells it: real processes that never heard of us, and those that are nobody's."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hatchway_agent.survey import life, missing
from hatchway_agent.survey.missing import Missing

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has /proc")

WAIT = "print(flush=True); input()"
FAMILY = f"""
import subprocess, sys
child = [sys.executable, "-I", "-c", {WAIT!r}]
for _ in range(2):
    subprocess.Popen(child, stdin=0, stdout=subprocess.PIPE).stdout.readline()
{WAIT}
"""
Start = Callable[..., int]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "AGE", 0.0)
    monkeypatch.setattr(missing, "PATIENCE", -1.0)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a Python that lives until the test is over, as a root of the directory."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*words: str, name: str = sys.executable, run: Path = tmp_path, rooted: bool = True) -> int:
        process = subprocess.Popen(
            [name, *words],
            executable=sys.executable,
            env={"HATCHWAY_RUN": str(run), "PYTHONPATH": "/elsewhere"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout
        process.stdout.readline()  # it has executed Python by now
        if rooted:
            (_, born) = dict(life.processes())[process.pid]
            (tmp_path / f"{process.pid}.{born}.root").touch()
        return process.pid

    yield start
    for process in started:
        os.killpg(process.pid, 9)
        process.communicate()


def found(directory: Path, known: set[int] | None = None) -> dict[int, str]:
    return {one["pid"]: one["cause"] for one in Missing(str(directory)).take(known or set())}


def test_a_root_without_a_beacon_is_missing_and_one_with_is_not(tmp_path: Path, start: Start) -> None:
    pid = start("-c", WAIT)
    assert found(tmp_path) == {pid: "replaced"}
    assert found(tmp_path, {pid}) == {}


def test_what_is_below_another_is_not_told_again(tmp_path: Path, start: Start) -> None:
    pid = start("-I", "-c", FAMILY)
    assert found(tmp_path) == {pid: "isolated"}


def test_of_those_alike_below_one_with_a_beacon_the_first_is_told(tmp_path: Path, start: Start) -> None:
    pid = start("-c", FAMILY)
    children = [child for child, (parent, _) in life.processes() if parent == pid]
    assert len(children) == 2
    assert found(tmp_path, {pid}) == {min(children): "isolated"}


def test_nobody_elses_process_is_looked_at(tmp_path: Path, start: Start) -> None:
    start("-I", "-c", WAIT, rooted=False)
    start("-I", "-c", WAIT, run=tmp_path / "other")
    assert found(tmp_path) == {}


def test_in_a_container_everything_counts(tmp_path: Path, start: Start) -> None:
    (tmp_path / "hatchway_agent").mkdir()
    run = tmp_path / "run"
    run.mkdir()
    pid = start("-I", "-c", WAIT, rooted=False, run=run)
    assert found(run)[pid] == "isolated"


def test_our_own_programs_are_not_missing(tmp_path: Path, start: Start) -> None:
    (tmp_path / "hatchway_agent").write_text(WAIT)
    start("-I", "-S", str(tmp_path / "hatchway_agent"), "relay", "x")
    assert found(tmp_path) == {}


def test_a_process_under_a_title_of_its_own_is_told_without_a_guess(tmp_path: Path, start: Start) -> None:
    # As setproctitle does it, which may write over what /proc tells of the environment, too.
    pid = start("-I", "-c", WAIT, name="gunicorn: master [app:app]")
    assert found(tmp_path) == {pid: "unknown"}


def test_under_a_title_the_line_that_a_root_began_with_counts(tmp_path: Path, start: Start) -> None:
    start("-I", "-c", WAIT, name="gunicorn: master [app:app]")
    (root,) = tmp_path.glob("*.root")
    root.write_bytes(b"/venv/bin/python\0-E\0-m\0gunicorn\0")
    (one,) = Missing(str(tmp_path)).take(set())
    assert (one["cause"], one["detail"]) == ("isolated", "-E")
    assert one["argv"] == ("/venv/bin/python", "-E", "-m", "gunicorn")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_process_of_another_user_cannot_come_in(tmp_path: Path, start: Start) -> None:
    tmp_path.chmod(0o700)
    pid = start("-c", f"import os; os.setuid(65534); {WAIT}")
    assert found(tmp_path) == {pid: "user"}


def test_a_process_is_not_missed_before_its_time(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missing, "AGE", 3600.0)
    start("-I", "-c", WAIT)
    assert found(tmp_path) == {}


def test_the_roots_of_the_dead_are_removed_and_strange_names_left(tmp_path: Path) -> None:
    dead, reused, strange = (
        tmp_path / "4194305.1.root",
        tmp_path / f"{os.getpid()}.1.root",
        tmp_path / "x.root",
    )
    for file in (dead, reused, strange):
        file.touch()
    assert found(tmp_path) == {}
    assert [*tmp_path.iterdir()] == [strange]


def test_a_directory_that_is_gone_misses_nobody(tmp_path: Path) -> None:
    assert found(tmp_path / "gone") == {}
