"""The survey: who is in a rendezvous directory, and what the dead left there."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hatchway_agent import survey as survey_module
from hatchway_agent.servers import Claim, Role, Server
from hatchway_agent.survey import Survey, life, traces

AGENT = Path(survey_module.__file__).parents[1]
BIRTH = "0123456789ab"
OTHER_BIRTH = "ba9876543210"
DEAD = 2**22 + 1  # over the largest pid there can be

Child = subprocess.Popen[bytes]


def start_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])


@pytest.fixture
def child() -> Iterator[Callable[[], Child]]:
    """Start processes that live until the test is over."""
    children: list[Child] = []

    def start() -> Child:
        argv = [sys.executable, "-I", "-S", "-c", "print(flush=True); input()"]
        process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        children.append(process)
        assert process.stdout
        process.stdout.readline()  # it has executed Python by now, so its command line is its own
        return process

    yield start
    for process in children:
        process.kill()
        process.communicate()


@pytest.fixture
def leave(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Leave a beacon, and unless told otherwise a doorbell where somebody listens."""
    bells: list[socket.socket] = []

    def leave_beacon(  # noqa: PLR0913 - as many facts as a beacon has
        pid: int,
        birth: str = BIRTH,
        *,
        argv: tuple[str, ...] = ("python", "app.py"),
        start: int | None = None,
        ppid: int = 1,
        how: str = "exec",
        listens: bool = True,
    ) -> Path:
        when = start if start is not None else start_of(pid)
        fields = ["hatchway", "1", str(pid), str(when), str(ppid), how, "3.12.1", "/usr/bin/python", *argv]
        beacon = tmp_path / f"{pid}.{birth}.beacon"
        beacon.write_bytes("\0".join(fields).encode("utf-8", "surrogateescape"))
        if listens:
            bell = socket.socket(socket.AF_UNIX)
            bell.bind(str(tmp_path / f"{pid}.{birth}.sock"))
            bell.listen()
            bells.append(bell)
        return beacon

    yield leave_beacon
    for bell in bells:
        bell.close()


def pids(directory: Path) -> list[int]:
    return [sighting.trace.pid for sighting in Survey(str(directory)).take()]


def test_a_living_process_is_described_by_its_beacon(tmp_path: Path, leave: Callable[..., Path]) -> None:
    argv = ("python", "-m", "shop", "p\udcffth", "")
    leave(os.getpid(), argv=argv, how="fork", ppid=os.getppid())
    assert survey_module.survey(str(tmp_path)) == [
        {
            "pid": os.getpid(),
            "birth": BIRTH,
            "ppid": os.getppid(),
            "start": start_of(os.getpid()),
            "forked": True,
            "python": "3.12.1",
            "executable": "/usr/bin/python",
            "argv": argv,
            "server": "python",
            "role": "worker",
            "score": 1,
            "because": "a Python process that no server claims",
            "title": "shop",
            "server_version": "",
            "state": "dormant",
        }
    ]


def test_a_worker_is_claimed_by_its_parent(
    tmp_path: Path, leave: Callable[..., Path], child: Callable[[], Child]
) -> None:
    worker = child().pid
    gunicorn = ("python", "/venv/bin/gunicorn", "app:app")
    leave(os.getpid(), argv=gunicorn)
    leave(worker, OTHER_BIRTH, argv=gunicorn, how="fork", ppid=os.getpid())
    found = {entry["pid"]: (entry["role"], entry["title"]) for entry in survey_module.survey(str(tmp_path))}
    assert found == {
        os.getpid(): ("supervisor", "gunicorn supervisor"),
        worker: ("worker", "gunicorn worker"),
    }


def test_who_got_a_dead_parents_pid_is_no_parent(
    tmp_path: Path, leave: Callable[..., Path], child: Callable[[], Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "is_alive", lambda _pid, _start: True)
    younger = child().pid
    gunicorn = ("python", "/venv/bin/gunicorn", "app:app")
    leave(younger, argv=gunicorn, start=2000)
    leave(os.getpid(), OTHER_BIRTH, argv=gunicorn, how="fork", ppid=younger, start=1000)
    because = {entry["pid"]: entry["because"] for entry in survey_module.survey(str(tmp_path))}
    assert because[os.getpid()] == "forked by a gunicorn that is gone, so a worker"


def test_the_files_of_the_dead_are_removed(tmp_path: Path, leave: Callable[..., Path]) -> None:
    leave(DEAD, start=5)
    assert pids(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_reused_pid_is_not_taken_for_its_former_owner(tmp_path: Path, leave: Callable[..., Path]) -> None:
    leave(os.getpid(), start=start_of(os.getpid()) - 1)
    assert pids(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_zombie_is_dead(child: Callable[[], Child]) -> None:
    process = child()
    start = start_of(process.pid)
    assert life.is_alive(process.pid, start)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not life.is_alive(process.pid, start)


def test_the_last_program_executed_under_a_pid_is_the_one_that_lives(
    tmp_path: Path, leave: Callable[..., Path]
) -> None:
    earlier = leave(os.getpid(), BIRTH, how="fork", argv=("python", "supervisord"))
    later = leave(os.getpid(), OTHER_BIRTH, argv=("python", "gunicorn"))
    for seconds, beacon in enumerate([earlier, later]):
        os.utime(beacon, (seconds, seconds))
    assert [sighting.trace.birth for sighting in Survey(str(tmp_path)).take()] == [OTHER_BIRTH]


def test_a_silent_process_is_not_listed_but_may_still_be_coming_up(
    tmp_path: Path, leave: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    beacon = leave(os.getpid(), listens=False)
    looker = Survey(str(tmp_path))
    assert looker.take() == []
    assert looker.is_unsettled
    assert beacon.exists()
    monkeypatch.setattr(survey_module, "_GRACE", -1.0)
    assert looker.take() == []
    assert not beacon.exists()
    assert looker.take() == []
    assert not looker.is_unsettled


def test_a_program_that_took_the_place_of_python_is_noticed(
    tmp_path: Path, leave: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(os.getpid())
    monkeypatch.setattr(life, "command_line", lambda _pid: b"python app.py")
    looker = Survey(str(tmp_path))
    assert len(looker.take()) == 1
    (tmp_path / f"{os.getpid()}.{BIRTH}.sock").unlink()
    assert len(looker.take()) == 1, "a doorbell that was heard is not touched without a reason"
    monkeypatch.setattr(life, "command_line", lambda _pid: b"nginx: worker process")
    assert looker.take() == []


def test_an_attached_process_lives_whatever_its_doorbell_says(
    tmp_path: Path, leave: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    beacon = leave(os.getpid())
    looker = Survey(str(tmp_path))
    attached = [sighting.trace for sighting in looker.take()]
    (tmp_path / f"{os.getpid()}.{BIRTH}.sock").unlink()
    monkeypatch.setattr(life, "command_line", lambda _pid: b"retitled")
    assert [sighting.trace for sighting in looker.take(attached)] == attached
    assert beacon.exists()


def test_a_socket_without_a_beacon_goes_with_its_owner(tmp_path: Path) -> None:
    (tmp_path / f"{DEAD}.{BIRTH}.sock").touch()
    coming_up = tmp_path / f"{os.getpid()}.{BIRTH}.sock"
    coming_up.touch()
    assert pids(tmp_path) == []
    assert list(tmp_path.iterdir()) == [coming_up]


def test_a_process_with_a_thread_at_breakpoint_waits(
    tmp_path: Path, leave: Callable[..., Path], child: Callable[[], Child]
) -> None:
    waiting, other = os.getpid(), child().pid
    leave(waiting)
    leave(other)
    (tmp_path / f"{waiting}.{BIRTH}.7.waits").touch()
    (tmp_path / f"{other}.{'0' * 12}.7.waits").touch()  # of an earlier process of that pid
    (tmp_path / f"{DEAD}.{BIRTH}.7.waits").touch()
    found = {process["pid"]: process["state"] for process in survey_module.survey(str(tmp_path))}
    assert found == {waiting: "waiting", other: "dormant"}
    assert len(list(tmp_path.glob("*.waits"))) == 2, "what a dead one left is removed"


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    names = [
        "session.json",
        "1.beacon",
        f"{DEAD}.{BIRTH}.txt",
        f"{DEAD}.XYZ.beacon",
        f"0{DEAD}.{BIRTH}.sock",
        "a",
    ]
    for name in names:
        (tmp_path / name).touch()
    assert pids(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_a_link_is_neither_read_nor_followed(tmp_path: Path, leave: Callable[..., Path]) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = leave(os.getpid()).rename(elsewhere / "secret")
    (tmp_path / f"{os.getpid()}.{BIRTH}.beacon").symlink_to(target)
    (tmp_path / f"{DEAD}.{BIRTH}.beacon").symlink_to(target)
    assert pids(tmp_path) == []
    assert target.exists()
    assert not (tmp_path / f"{DEAD}.{BIRTH}.beacon").is_symlink()


def test_a_pipe_that_looks_like_a_beacon_blocks_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"{os.getpid()}.{BIRTH}.beacon")
    assert pids(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 20,
        b"hatchway",
        b"hatchway\x001\x00PID\x00x\x001\x00exec\x003.12.1\x00python",
        b"hatchway\x001\x00999\x001\x001\x00exec\x003.12.1\x00python",
        b"hatchway\x001\x00PID\x001\x001\x00spawn\x003.12.1\x00python",
        b"nothatch\x001\x00PID\x001\x001\x00exec\x003.12.1\x00python",
        b"\xff\xfe" * 400_000,
    ],
)
def test_a_beacon_that_is_none_is_passed_over(tmp_path: Path, content: bytes) -> None:
    beacon = tmp_path / f"{os.getpid()}.{BIRTH}.beacon"
    beacon.write_bytes(content.replace(b"PID", b"%d" % os.getpid()))
    assert pids(tmp_path) == []
    assert beacon.exists()


def test_a_directory_that_is_not_there_has_no_processes(tmp_path: Path) -> None:
    assert survey_module.survey(str(tmp_path / "gone")) == []


def test_a_tie_of_servers_is_shown_and_does_not_stop_the_survey(
    tmp_path: Path, leave: Callable[..., Path]
) -> None:
    leave(os.getpid())
    servers = {
        name: Server(name, claim=lambda _process: Claim(Role.WORKER, 50, "argv")) for name in ("one", "two")
    }
    (sighting,) = Survey(str(tmp_path), servers).take()
    assert sighting.claim.role is Role.WORKER
    assert "one (argv) and two (argv)" in sighting.claim.because


def test_without_proc_a_signal_tells_who_lives(
    tmp_path: Path, leave: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(life, "_HAS_PROC", False)
    leave(os.getpid(), start=0)
    leave(DEAD, start=0)
    assert pids(tmp_path) == [os.getpid()]


def test_a_crowded_directory_is_read_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "_MOST_FILES", 50)
    for number in range(100):
        (tmp_path / f"{DEAD + number}.{BIRTH}.sock").touch()
    assert pids(tmp_path) == []
    assert len(list(tmp_path.iterdir())) == 50


def test_the_verb_prints_the_survey_as_json(tmp_path: Path, leave: Callable[..., Path]) -> None:
    leave(os.getpid())
    argv = [sys.executable, "-I", "-S", AGENT, "survey", tmp_path]
    said = subprocess.run(argv, check=True, capture_output=True, text=True)
    told = json.loads(said.stdout)
    assert [entry["pid"] for entry in told["processes"]] == [os.getpid()]
    assert told["missing"] == []
    assert said.stderr == ""


@pytest.mark.parametrize("words", [[], ["relay"], ["sing", "/tmp"], ["relay", "/tmp", "twice"]])
def test_an_unknown_verb_is_wrong_use(words: list[str]) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-S", AGENT, *words], check=False, capture_output=True, text=True
    )
    assert said.returncode == 2
    assert said.stderr.startswith("usage: ")
