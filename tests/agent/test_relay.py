"""The relay: a real process between a hub and workers that this file plays, friendly and hostile."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.environments import interpreters
from hypothesis import given
from hypothesis import strategies as st

import hatchway_agent
from hatchway_agent import WIRE_VERSION
from hatchway_agent.relay import doorstep
from hatchway_agent.relay.dial import DialError, parse_dial, peer_uid
from hatchway_agent.relay.limits import Limits
from hatchway_agent.relay.rendezvous import Rendezvous, RendezvousError
from hatchway_agent.relay.report import fit_for_a_frame
from hatchway_agent.relay.switchboard import Switchboard
from hatchway_agent.wire import MAX_PAYLOAD, NEED_DATA, Frame, Kind, Wire, encode

AGENT = Path(hatchway_agent.__file__).parent
TOKEN = "the token of this session"
PATIENCE = 20.0
"""Seconds after which a test that waits for the relay has failed."""


class Hub:
    """The other end of the tunnel, which reads only when it is asked to."""

    def __init__(self, reading: int, writing: int) -> None:
        """Take the relay's stdout and stdin."""
        self.reading = reading
        self.writing = writing
        self.wire = Wire()

    def send(self, kind: Kind, channel: int = 0, content: Any = b"") -> None:
        payload = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.write(encode(Frame(kind, channel, payload)))

    def write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.writing, data) :]

    def greet(self, **changes: Any) -> None:
        self.send(Kind.HELLO, 0, {"wire": WIRE_VERSION, "version": "0", "token": TOKEN, **changes})

    def next(self, *kinds: Kind) -> Frame | None:
        """Return the next frame of these kinds, None at the end. The others are passed over."""
        while True:
            frame = self.wire.next_frame()
            if frame is NEED_DATA:
                data = os.read(self.reading, 1 << 16)
                if not data:
                    return None
                self.wire.receive_data(data)
            elif isinstance(frame, Frame) and frame.kind in kinds:
                return frame

    def content(self, kind: Kind) -> Any:
        frame = self.next(kind)
        assert frame is not None, f"the tunnel ended without {kind.name}"
        return json.loads(frame.payload)

    def survey_until(self, is_it: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        while not is_it(found := self.content(Kind.SURVEY)):
            pass
        return found

    def receive(self, channel: int, length: int) -> bytes:
        data = b""
        while len(data) < length:
            frame = self.next(Kind.DATA)
            assert frame is not None
            assert frame.channel == channel
            data += frame.payload
        return data

    def hang_up(self) -> None:
        os.close(self.writing)
        self.writing = -1


class Worker:
    """A process as the relay sees one: a beacon, a doorbell, a dial. It borrows a living pid."""

    def __init__(self, directory: Path, number: int = 0, pid: int | None = None) -> None:
        """Be born."""
        self.directory = directory
        self.pid = pid or os.getpid()
        self.birth = f"{number:012x}"
        self.start = int(Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[19])
        self.argv = ["python", "app.py"]
        self.bell = socket.socket(socket.AF_UNIX)
        self.bell.settimeout(PATIENCE)
        self.line = socket.socket(socket.AF_UNIX)

    def light_beacon(self) -> None:
        name = f"{self.pid}.{self.birth}"
        self.bell.bind(str(self.directory / f"{name}.sock"))
        self.bell.listen()
        fields = ["hatchway", "1", self.pid, self.start, 1, "exec", "3.12.1", "/usr/bin/python", *self.argv]
        (self.directory / f".{name}").write_text("\0".join(map(str, fields)))
        (self.directory / f".{name}").rename(self.directory / f"{name}.beacon")

    def hear_ring(self, answer: bytes = b"ok\n") -> dict[str, Any]:
        """Wait for a ring; connections that only touch the bell are passed over."""
        while True:
            caller, _ = self.bell.accept()
            with caller:
                caller.settimeout(PATIENCE)
                if line := caller.recv(4096):
                    caller.sendall(answer)
                    rung: dict[str, Any] = json.loads(line)
                    return rung

    def rings_so_far(self) -> bytes:
        """Return all that was said at the bell without waiting for more."""
        heard = b""
        self.bell.settimeout(0)
        try:
            while True:
                caller, _ = self.bell.accept()
                with caller:
                    heard += caller.recv(4096)
        except BlockingIOError:
            return heard
        finally:
            self.bell.settimeout(PATIENCE)

    def dial_line(self, **changes: Any) -> bytes:
        said = {
            "wire": WIRE_VERSION,
            "token": TOKEN,
            "pid": self.pid,
            "birth": self.birth,
            "ppid": 1,
            "start": self.start,
            "python": "3.12.1",
            "executable": "/usr/bin/python",
            "argv": self.argv,
            "forked": False,
            "why": "newborn",
            "title": "",
            "server_version": "",
        }
        return json.dumps({**said, **changes}).encode() + b"\n"

    def dial(self, **changes: Any) -> str:
        """Dial the relay of the session file; return its answer."""
        session = json.loads((self.directory / "session.json").read_text())
        self.line.connect(str(self.directory / session["relay"]))
        self.line.settimeout(PATIENCE)  # not before: with one, a connect does not wait for a full queue
        self.line.sendall(self.dial_line(**changes))
        answer = b""
        while not answer.endswith(b"\n"):
            part = self.line.recv(1)
            if not part:
                break
            answer += part
        return answer.decode()

    def receive(self, length: int) -> bytes:
        data = b""
        while len(data) < length and (part := self.line.recv(1 << 16)):
            data += part
        return data

    def die(self) -> None:
        self.line.close()
        self.bell.close()


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    directory = tmp_path / "run"
    directory.mkdir(mode=0o700)
    return directory


@pytest.fixture
def relay(request: pytest.FixtureRequest, run_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [getattr(request, "param", sys.executable), "-I", "-S", AGENT, "relay", run_dir],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def hub(relay: subprocess.Popen[bytes]) -> Hub:
    """Return the hub of a relay that has greeted and been greeted."""
    assert relay.stdin
    assert relay.stdout
    hub = Hub(relay.stdout.fileno(), relay.stdin.fileno())
    assert hub.content(Kind.HELLO)["pid"] == relay.pid
    hub.greet()
    assert hub.content(Kind.SURVEY) == []
    return hub


@pytest.fixture
def session(hub: Hub, run_dir: Path) -> Hub:
    """Return a hub that has summoned the workers."""
    summon(hub, run_dir)
    return hub


@pytest.fixture
def newborn(run_dir: Path) -> Iterator[Callable[..., Worker]]:
    """Make workers that have said nothing yet."""
    workers: list[Worker] = []

    def bear(**changes: Any) -> Worker:
        worker = Worker(run_dir, len(workers), **changes)
        workers.append(worker)
        return worker

    yield bear
    for worker in workers:
        worker.die()


def summon(hub: Hub, run_dir: Path, *, wait: bool = False) -> None:
    """Summon, and see it done: a survey cannot tell that it is, when nobody is there."""
    witness = Worker(run_dir, 0xFFFF)
    witness.light_beacon()
    hub.send(Kind.SUMMON, 0, {"wait": wait})
    witness.hear_ring()
    witness.die()
    for kind in ("beacon", "sock"):
        (run_dir / f"{witness.pid}.{witness.birth}.{kind}").unlink()


def files(run_dir: Path) -> set[str]:
    return {path.name.split(".")[-1] for path in run_dir.iterdir()}


def test_the_relay_greets_first_and_says_what_it_is(relay: subprocess.Popen[bytes]) -> None:
    assert relay.stdout
    greeting = Hub(relay.stdout.fileno(), -1).content(Kind.HELLO)
    assert greeting["wire"] == WIRE_VERSION
    assert greeting["version"] == hatchway_agent.VERSION
    assert greeting["pid"] == relay.pid
    assert greeting["python"].startswith(f"{sys.version_info.major}.{sys.version_info.minor}.")


@pytest.mark.parametrize("relay", interpreters().values(), ids=interpreters(), indirect=True)
def test_a_newborn_dials_and_its_bytes_flow_both_ways(session: Hub, newborn: Callable[..., Worker]) -> None:
    worker = newborn()
    assert worker.dial(title="gunicorn worker 3", server_version="23.0") == "attach\n"
    opening = session.content(Kind.OPEN)
    assert (opening["pid"], opening["birth"], opening["argv"]) == (worker.pid, worker.birth, worker.argv)
    assert (opening["server"], opening["role"]) == ("python", "worker")
    assert (opening["title"], opening["server_version"]) == ("gunicorn worker 3", "23.0")
    assert opening["why"] == "newborn"
    assert "token" not in opening
    worker.line.sendall(b"up")
    assert session.receive(1, 2) == b"up"
    session.send(Kind.DATA, 1, b"down")
    assert worker.receive(4) == b"down"


def test_megabytes_arrive_whole_in_both_directions(session: Hub, newborn: Callable[..., Worker]) -> None:
    worker = newborn()
    worker.dial()
    payload = os.urandom(1 << 20) * 4
    sender = threading.Thread(target=worker.line.sendall, args=[payload])
    sender.start()
    assert session.receive(1, len(payload)) == payload
    sender.join()
    sender = threading.Thread(target=session.send, args=[Kind.DATA, 1, payload])
    sender.start()
    assert worker.receive(len(payload)) == payload
    sender.join()


def test_a_dormant_process_is_surveyed_then_rung_by_a_summon(
    hub: Hub, run_dir: Path, newborn: Callable[..., Worker]
) -> None:
    worker = newborn()
    worker.light_beacon()
    (entry,) = hub.survey_until(lambda found: len(found) == 1)
    assert (entry["birth"], entry["state"], entry["title"]) == (worker.birth, "dormant", "app.py")
    hub.send(Kind.SUMMON, 0, {"wait": True})
    rung = worker.hear_ring()
    said = json.loads((run_dir / "session.json").read_text())
    assert said == {"wire": WIRE_VERSION, "token": TOKEN, "relay": rung["relay"], "wait": True}
    assert (rung["token"], rung["verb"]) == (TOKEN, "attach")
    assert worker.dial(why="rung") == "attach\n"
    (entry,) = hub.survey_until(lambda found: found[0]["state"] == "attached")
    assert entry["birth"] == worker.birth


def test_a_process_that_missed_the_session_file_is_rung_by_itself(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    worker = newborn()
    worker.light_beacon()
    worker.hear_ring()
    assert worker.dial() == "attach\n"
    assert session.content(Kind.OPEN)["birth"] == worker.birth


def test_a_supervisor_is_told_to_stay_and_is_never_rung(hub: Hub, newborn: Callable[..., Worker]) -> None:
    arbiter = newborn()
    arbiter.argv = ["python", "/venv/bin/gunicorn", "app:app"]
    arbiter.light_beacon()
    hub.survey_until(lambda found: len(found) == 1)
    hub.send(Kind.SUMMON, 0, {"wait": False})
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with process:
        worker = newborn(pid=process.pid)
        worker.light_beacon()
        worker.hear_ring()
        process.kill()
    # All that were to be rung have been by now: the arbiter's bell was only touched.
    assert arbiter.rings_so_far() == b""
    assert arbiter.dial() == "stay\n"
    assert arbiter.receive(1) == b""


def test_a_supervisor_at_breakpoint_is_attached_as_it_asks_for_it(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    arbiter = newborn()
    arbiter.argv = ["python", "/venv/bin/gunicorn", "app:app"]
    arbiter.light_beacon()
    assert arbiter.dial(why="breakpoint") == "attach\n"
    assert session.content(Kind.OPEN)["role"] == "supervisor"


def test_one_that_sleeps_does_not_hold_up_the_others(hub: Hub, newborn: Callable[..., Worker]) -> None:
    asleep, awake = newborn(), None
    asleep.light_beacon()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        awake = newborn(pid=process.pid)
        awake.light_beacon()
        hub.survey_until(lambda found: len(found) == 2)
        hub.send(Kind.SUMMON, 0, {"wait": False})
        awake.hear_ring()
        assert awake.dial() == "attach\n"
        found = hub.survey_until(lambda found: any(entry["state"] == "attached" for entry in found))
        assert {entry["birth"]: entry["state"] for entry in found} == {
            asleep.birth: "dormant",
            awake.birth: "attached",
        }
        process.kill()
    assert asleep.hear_ring()["verb"] == "attach", "once awake it finds the ring"


def test_the_hubs_close_lets_the_worker_have_what_was_sent_before(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    worker = newborn()
    worker.dial()
    payload = b"disconnect" * 100_000
    sender = threading.Thread(
        target=lambda: (session.send(Kind.DATA, 1, payload), session.send(Kind.CLOSE, 1))  # type: ignore[func-returns-value]
    )
    sender.start()
    assert worker.receive(len(payload) + 1) == payload
    sender.join()


def test_a_worker_that_dies_is_a_close_with_a_reason(session: Hub, newborn: Callable[..., Worker]) -> None:
    worker = newborn()
    worker.dial()
    worker.line.close()
    frame = session.next(Kind.CLOSE)
    assert frame == Frame(Kind.CLOSE, 1, b"it has hung up")


def test_data_for_a_channel_that_has_just_closed_is_passed_over(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    gone, there = newborn(), newborn()
    gone.dial()
    gone.line.close()
    session.next(Kind.CLOSE)
    session.send(Kind.DATA, 1, b"too late")
    session.send(Kind.CLOSE, 1)
    there.dial()
    session.send(Kind.DATA, 2, b"in time")
    assert there.receive(7) == b"in time"


def test_thirty_two_workers_share_one_tunnel(session: Hub, newborn: Callable[..., Worker]) -> None:
    workers = [newborn() for _ in range(32)]
    assert {worker.dial() for worker in workers} == {"attach\n"}
    channels = {session.content(Kind.OPEN)["birth"]: number for number in range(1, 33)}
    assert set(channels) == {worker.birth for worker in workers}
    for worker in workers:
        session.send(Kind.DATA, channels[worker.birth], worker.birth.encode())
    for worker in workers:
        assert worker.receive(12) == worker.birth.encode()
        worker.line.sendall(worker.birth.encode())
    heard = {}
    while len(heard) < 32:
        frame = session.next(Kind.DATA)
        assert frame is not None
        heard[frame.payload.decode()] = frame.channel
    assert heard == channels


def test_a_slow_hub_holds_the_workers_back_and_loses_nothing(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    worker = newborn()
    worker.dial()
    worker.line.settimeout(1.0)
    sent = 0
    try:
        while sent < 64 << 20:
            sent += worker.line.send(b"x" * (1 << 16))
    except TimeoutError:
        pass
    assert sent < 8 << 20, "it took far more than its bound"
    assert session.receive(1, sent) == b"x" * sent


def test_while_the_hub_is_slow_newborns_wait_and_are_not_forgotten(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    talker, late = newborn(), newborn()
    talker.dial()
    talker.line.settimeout(0.5)
    sent = 0
    try:
        while True:
            sent += talker.line.send(b"x" * (1 << 16))
    except TimeoutError:
        pass
    answers: list[str] = []
    dialling = threading.Thread(target=lambda: answers.append(late.dial()))
    dialling.start()
    assert session.receive(1, sent) == b"x" * sent
    assert session.content(Kind.OPEN)["birth"] == late.birth
    dialling.join()
    assert answers == ["attach\n"]


def test_a_worker_that_does_not_read_is_dropped_with_the_reason(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    stuck, fine = newborn(), newborn()
    stuck.dial()
    fine.dial()
    for _ in range(18):
        session.send(Kind.DATA, 1, b"x" * (1 << 20))
    frame = session.next(Kind.CLOSE)
    assert frame == Frame(Kind.CLOSE, 1, b"it has not read 16 MB that wait for it")
    session.send(Kind.DATA, 2, b"still here")
    assert fine.receive(10) == b"still here"


@pytest.mark.parametrize(
    "change",
    [
        {"token": "another token, of the same sort"},
        {"token": ""},
        {"token": None},
        {"token": "\udcff"},
        {"wire": WIRE_VERSION + 1},
        {"pid": "1"},
        {"pid": -1},
        {"pid": True},
        {"argv": "python"},
        {"argv": [1]},
        {"title": 3},
        {"birth": "../../../etc"},
    ],
    ids=str,
)
def test_a_dial_that_is_not_right_is_closed_without_an_answer(
    session: Hub, newborn: Callable[..., Worker], change: dict[str, Any]
) -> None:
    assert newborn().dial(**change) == ""
    honest = newborn()
    assert honest.dial() == "attach\n"
    assert session.content(Kind.OPEN)["birth"] == honest.birth


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b"null\n", b"[" * 60_000 + b"\n", b"\xff" * 100 + b"\n", b"x" * 70_000]
)
def test_garbage_is_closed_without_an_answer(
    session: Hub, run_dir: Path, newborn: Callable[..., Worker], line: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(PATIENCE)
        caller.connect(str(next(run_dir.glob("relay.*.sock"))))
        try:
            caller.sendall(line)
            assert caller.recv(100) == b""
        except (BrokenPipeError, ConnectionResetError):
            pass  # closed before it had said all
    assert newborn().dial() == "attach\n"
    assert session.content(Kind.OPEN)["pid"] == os.getpid()


def test_a_long_command_line_may_be_dialled(session: Hub, newborn: Callable[..., Worker]) -> None:
    worker = newborn()
    worker.argv = ["python", "app.py", "x" * 60_000]
    assert worker.dial() == "attach\n"
    assert session.content(Kind.OPEN)["argv"] == worker.argv


def test_callers_who_say_nothing_take_nobodys_place(
    session: Hub, run_dir: Path, newborn: Callable[..., Worker]
) -> None:
    door = str(next(run_dir.glob("relay.*.sock")))
    silent = []
    for _ in range(300):
        caller = socket.socket(socket.AF_UNIX)
        silent.append(caller)
        caller.connect(door)
        caller.settimeout(PATIENCE)
    assert newborn().dial() == "attach\n"
    assert session.content(Kind.OPEN)["pid"] == os.getpid()
    assert silent[0].recv(1) == b"", "the oldest was sent away for a newer one"
    assert silent[-1].recv(1) == b"", "and the last for its silence"
    for caller in silent:
        caller.close()


def test_before_a_summon_nobody_is_let_in(hub: Hub, run_dir: Path, newborn: Callable[..., Worker]) -> None:
    worker = newborn()
    worker.line.connect(str(next(run_dir.glob("relay.*.sock"))))
    worker.line.sendall(worker.dial_line())
    assert worker.receive(1) == b""
    summon(hub, run_dir)
    assert newborn().dial() == "attach\n"


def test_dismiss_takes_the_session_back_and_leaves_the_workers(
    session: Hub, run_dir: Path, newborn: Callable[..., Worker]
) -> None:
    worker, late = newborn(), newborn()
    worker.dial()
    door = str(next(run_dir.glob("relay.*.sock")))
    session.send(Kind.DISMISS)
    session.send(Kind.DATA, 1, b"still attached")
    assert worker.receive(14) == b"still attached"
    assert not (run_dir / "session.json").exists()
    late.line.connect(door)
    late.line.sendall(late.dial_line())
    assert late.receive(1) == b""


def test_the_attached_are_asked_how_busy_they_are_each_once_at_a_time(
    session: Hub, newborn: Callable[..., Worker]
) -> None:
    good, mute, *bad = [newborn() for _ in range(5)]
    for worker in (good, mute, *bad):
        worker.dial()
        worker.light_beacon()  # only now, so that it is not rung to dial
    session.send(Kind.BUSY)
    for worker, answer in zip(bad, (b"many\n", b"", b"9" * 99 + b"\n"), strict=True):
        worker.hear_ring(answer)
    assert good.hear_ring(b"3\n") == {"token": TOKEN, "verb": "busy"}
    assert session.content(Kind.BUSY) == {good.birth: 3}, "and what is no number is not passed on"
    session.send(Kind.BUSY)
    good.hear_ring(b"0\n")
    assert session.content(Kind.BUSY) == {good.birth: 0}
    assert mute.rings_so_far().count(b"busy") == 1, "who has not answered is not asked again"


def test_who_dials_again_replaces_itself(session: Hub, newborn: Callable[..., Worker]) -> None:
    first = newborn()
    again = newborn()
    again.birth = first.birth
    first.dial()
    assert again.dial() == "attach\n"
    assert session.next(Kind.CLOSE) == Frame(Kind.CLOSE, 1, b"it has dialled again")
    assert session.content(Kind.OPEN)["birth"] == first.birth
    assert first.receive(1) == b""


def test_the_session_file_of_a_private_directory_is_private(session: Hub, run_dir: Path) -> None:
    assert session
    assert stat.S_IMODE((run_dir / "session.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(next(run_dir.glob("relay.*.sock")).stat().st_mode) == 0o600


def test_the_session_file_of_a_shared_directory_can_be_read_by_workers(run_dir: Path) -> None:
    run_dir.chmod(0o1777)
    rendezvous = Rendezvous(str(run_dir))
    with rendezvous.listen():
        rendezvous.announce(TOKEN, wait=False)
        assert stat.S_IMODE((run_dir / "session.json").stat().st_mode) == 0o644
        assert stat.S_IMODE(next(run_dir.glob("relay.*.sock")).stat().st_mode) == 0o666
    rendezvous.close()
    assert list(run_dir.iterdir()) == []


def test_a_second_hub_is_told_of_the_first(run_dir: Path) -> None:
    first, second = Rendezvous(str(run_dir)), Rendezvous(str(run_dir))
    with first.listen(), second.listen():
        first.announce(TOKEN, wait=False)
        with pytest.raises(RendezvousError, match=r"another hub has a session in .*relay\."):
            second.announce(TOKEN, wait=False)
        second.close()
        assert (run_dir / "session.json").exists(), "it is the first one's"
        first.close()
    assert list(run_dir.iterdir()) == []


def test_a_link_in_place_of_the_directory_is_refused(run_dir: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(run_dir)
    with pytest.raises(RendezvousError, match="is not a directory"):
        Rendezvous(str(link))


def test_another_version_of_the_wire_is_refused_with_a_reason(relay: subprocess.Popen[bytes]) -> None:
    assert relay.stdin
    assert relay.stdout
    hub = Hub(relay.stdout.fileno(), relay.stdin.fileno())
    hub.greet(wire=99)
    frame = hub.next(Kind.CLOSE)
    assert frame is not None
    assert (frame.channel, frame.payload.decode()) == (
        0,
        f"the relay speaks version {WIRE_VERSION} of the tunnel's protocol, the hub 99",
    )
    assert hub.next(Kind.CLOSE) is None
    assert relay.wait(PATIENCE) == 0


@pytest.mark.parametrize("token", ["", "short", None, 12345678])
def test_a_hub_without_a_token_is_refused(relay: subprocess.Popen[bytes], token: Any) -> None:
    assert relay.stdin
    assert relay.stdout
    hub = Hub(relay.stdout.fileno(), relay.stdin.fileno())
    hub.greet(token=token)
    frame = hub.next(Kind.CLOSE)
    assert frame is not None
    assert b"no token" in frame.payload


@pytest.mark.parametrize(
    "data",
    [
        b"\x05\x00\x00\x00\x01\x40\x00\x00\x00",
        b"GET / HTTP/1.1\r\n\r\n",
        encode(Frame(Kind.OPEN, 1, b"{}")),
        encode(Frame(Kind.HELLO, 0, b"{}")),
        encode(Frame(Kind.SUMMON, 0, b"{")),
        encode(Frame(Kind.SUMMON, 0, b"[]")),
        encode(Frame(Kind.SUMMON, 0, b"[" * 100_000)),
    ],
    ids=["a gigabyte", "HTTP", "a relay's frame", "a second HELLO", "no JSON", "no object", "deep JSON"],
)
def test_a_hub_that_does_not_speak_the_protocol_ends_the_relay(
    hub: Hub, relay: subprocess.Popen[bytes], run_dir: Path, data: bytes
) -> None:
    hub.write(data)
    assert hub.next(Kind.CLOSE) is None
    assert relay.wait(PATIENCE) == 0
    assert relay.stderr
    assert b"does not speak our protocol" in relay.stderr.read()
    assert list(run_dir.iterdir()) == []


def test_when_the_hub_goes_the_relay_goes_and_leaves_nothing(
    session: Hub, relay: subprocess.Popen[bytes], run_dir: Path, newborn: Callable[..., Worker]
) -> None:
    worker = newborn()
    worker.dial()
    assert files(run_dir) == {"json", "sock"}
    assert relay.stdin
    relay.stdin.close()
    relay.stdin = None
    assert relay.wait(PATIENCE) == 0
    assert worker.receive(1) == b"", "the worker sees it, and wakes up dormant"
    assert list(run_dir.iterdir()) == []
    assert session.next(Kind.OPEN) is not None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_in_order(
    session: Hub, relay: subprocess.Popen[bytes], run_dir: Path, number: signal.Signals
) -> None:
    relay.send_signal(number)
    assert session.next(Kind.CLOSE) is None
    assert relay.wait(PATIENCE) == 0
    assert list(run_dir.iterdir()) == []


def test_a_hub_that_closed_only_its_reading_end_ends_it_too(
    session: Hub, relay: subprocess.Popen[bytes], run_dir: Path
) -> None:
    assert session
    assert relay.stdout
    relay.stdout.close()
    relay.stdout = None
    assert relay.wait(PATIENCE) == 0  # the next ping meets a broken pipe
    assert list(run_dir.iterdir()) == []


def test_what_a_killed_relay_left_is_swept_by_the_next(
    session: Hub, relay: subprocess.Popen[bytes], run_dir: Path, newborn: Callable[..., Worker]
) -> None:
    worker, late = newborn(), newborn()
    worker.dial()
    relay.kill()
    assert worker.receive(1) == b""
    relay.wait(PATIENCE)
    with pytest.raises(ConnectionRefusedError):
        late.dial()
    assert files(run_dir) == {"json", "sock"}
    Rendezvous(str(run_dir))
    assert list(run_dir.iterdir()) == []
    assert session


def test_a_directory_that_is_not_there_is_an_error_in_words(tmp_path: Path) -> None:
    argv = [sys.executable, "-I", "-S", AGENT, "relay", tmp_path / "gone"]
    said = subprocess.run(argv, check=False, capture_output=True, text=True)
    assert said.returncode == 1
    assert said.stderr == f"hatchway relay: {tmp_path / 'gone'}: No such file or directory\n"


def test_an_empty_stdin_ends_it_at_once(run_dir: Path) -> None:
    argv = [sys.executable, "-I", "-S", AGENT, "relay", run_dir]
    said = subprocess.run(argv, check=False, capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE)
    assert said.returncode == 0
    assert list(run_dir.iterdir()) == []


class Inside:
    """A relay in a thread of this process, with shortened limits."""

    def __init__(self, run_dir: Path, limits: Limits) -> None:
        """Start it."""
        reading, relay_out = os.pipe()
        relay_in, writing = os.pipe()
        self.hub = Hub(reading, writing)
        self.why = ""
        self._relay_ends = relay_in, relay_out
        self._switchboard = Switchboard(str(run_dir), relay_in, relay_out, limits)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self.why = self._switchboard.run()
        for end in self._relay_ends:
            os.close(end)

    def summon(self, worker: Worker) -> None:
        """Have a dormant worker rung."""
        worker.light_beacon()
        self.hub.greet()
        self.hub.survey_until(lambda found: len(found) == 1)
        self.hub.send(Kind.SUMMON, 0, {"wait": False})

    def attach(self, worker: Worker) -> None:
        """Have a dormant worker rung, and let it dial."""
        self.summon(worker)
        worker.hear_ring()
        worker.dial()
        self.hub.survey_until(lambda found: found[0]["state"] == "attached")

    def join(self) -> str:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self.why

    def close(self) -> None:
        if self.hub.writing >= 0:
            self.hub.hang_up()
        self.join()
        os.close(self.hub.reading)


@pytest.fixture
def inside(run_dir: Path) -> Iterator[Callable[..., Inside]]:
    """Start relays with changed limits."""
    started: list[Inside] = []

    def start(**limits: Any) -> Inside:
        started.append(Inside(run_dir, Limits(**limits)))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_a_hub_that_falls_silent_is_given_up(inside: Callable[..., Inside], run_dir: Path) -> None:
    one = inside(silence=0.3, look=0.05)
    one.hub.greet()
    assert one.join() == "the hub has been silent for 0.3 seconds"
    assert list(run_dir.iterdir()) == []


def test_a_hub_that_pings_is_not_given_up(inside: Callable[..., Inside]) -> None:
    one = inside(silence=0.6, ping=0.05, look=0.05)
    one.hub.greet()
    for _ in range(20):  # each waits for a ping of the relay: a second at least, together
        assert one.hub.next(Kind.PING) == Frame(Kind.PING)
        one.hub.send(Kind.PING)
    one.hub.hang_up()
    assert one.join() == "the hub has hung up"


def test_a_worker_over_the_number_there_can_be_stays(
    inside: Callable[..., Inside], run_dir: Path, newborn: Callable[..., Worker]
) -> None:
    one = inside(workers=2)
    one.hub.greet()
    summon(one.hub, run_dir)
    assert [newborn().dial() for _ in range(3)] == ["attach\n", "attach\n", "stay\n"]


def test_all_workers_together_have_a_bound_too(
    inside: Callable[..., Inside], run_dir: Path, newborn: Callable[..., Worker]
) -> None:
    one = inside(to_workers=3 << 20)
    one.hub.greet()
    summon(one.hub, run_dir)
    small, large = newborn(), newborn()
    small.dial()
    large.dial()
    one.hub.send(Kind.DATA, 1, b"x" * (1 << 20))
    one.hub.send(Kind.DATA, 2, b"x" * (2 << 20))
    one.hub.send(Kind.DATA, 2, b"x" * (1 << 20))
    frame = one.hub.next(Kind.CLOSE)
    assert frame is not None
    assert frame.channel == 2


def test_a_doorbell_that_says_no_is_rung_again_later(
    inside: Callable[..., Inside], newborn: Callable[..., Worker]
) -> None:
    one = inside(look_closely=0.1, look=0.05)
    worker = newborn()
    one.summon(worker)
    assert worker.hear_ring(b"no it is busy\n") == worker.hear_ring(b"ok\n")


def test_a_worker_the_hub_let_go_is_not_rung_until_the_next_summon(
    inside: Callable[..., Inside], newborn: Callable[..., Worker]
) -> None:
    one = inside(look_closely=0.05, look=0.05, ping=0.05, redial=0.0)
    worker = newborn()
    one.attach(worker)
    one.hub.send(Kind.CLOSE, 1)
    worker.line.close()
    one.hub.survey_until(lambda found: found[0]["state"] == "dormant")
    for _ in range(10):  # each ping is a look later than the one before
        one.hub.next(Kind.PING)
    assert worker.rings_so_far() == b""
    one.hub.send(Kind.SUMMON, 0, {"wait": False})
    assert worker.hear_ring()["verb"] == "attach"


def test_a_worker_let_go_and_summoned_in_one_breath_is_rung_as_soon_as_it_is_free(
    inside: Callable[..., Inside], newborn: Callable[..., Worker]
) -> None:
    one = inside(look=0.05, redial=10 * PATIENCE)
    worker = newborn()
    one.attach(worker)
    one.hub.send(Kind.CLOSE, 1)
    one.hub.send(Kind.DISMISS)
    one.hub.send(Kind.SUMMON, 0, {"wait": False})
    assert worker.receive(1) == b""
    worker.line.close()
    assert worker.hear_ring()["verb"] == "attach"


def test_a_worker_that_hung_up_by_itself_is_rung_again_but_not_at_once(
    inside: Callable[..., Inside], newborn: Callable[..., Worker]
) -> None:
    one = inside(look_closely=0.05, look=0.05, ping=0.05, redial=1.0)
    worker = newborn()
    one.attach(worker)
    worker.line.close()
    one.hub.survey_until(lambda found: found[0]["state"] == "dormant")
    for _ in range(5):
        one.hub.next(Kind.PING)
    assert worker.rings_so_far() == b""
    assert worker.hear_ring()["verb"] == "attach"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)
dial_fields = st.sampled_from(
    [
        "wire",
        "token",
        "pid",
        "birth",
        "ppid",
        "start",
        "python",
        "executable",
        "argv",
        "forked",
        "why",
        "title",
    ]
)


@given(st.dictionaries(dial_fields, anything))
def test_no_field_of_a_dial_line_can_raise_anything_but_a_dial_error(changes: dict[str, Any]) -> None:
    honest = {
        "wire": WIRE_VERSION,
        "token": TOKEN,
        "pid": 1,
        "birth": "0" * 12,
        "ppid": 1,
        "start": 1,
        "argv": [],
    }
    try:
        dial = parse_dial(json.dumps({**honest, **changes}).encode(), TOKEN)
    except DialError:
        return
    assert json.loads(json.dumps(dial.as_json()))["birth"] == dial.trace.birth


@given(st.binary(max_size=200))
def test_no_line_can_raise_anything_but_a_dial_error(line: bytes) -> None:
    with pytest.raises(DialError):
        parse_dial(line, TOKEN)


def test_the_kernel_tells_who_calls() -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert peer_uid(one) == os.getuid()


@pytest.mark.parametrize(
    ("own", "peer", "is_let_in"),
    [
        (1000, 1000, True),
        (1000, 0, True),
        (1000, 1001, False),
        (0, 1001, True),
        (0, 0, True),
        (1000, None, True),
    ],
)
def test_callers_are_root_or_ourselves_unless_we_are_root(
    monkeypatch: pytest.MonkeyPatch, own: int, peer: int | None, *, is_let_in: bool
) -> None:
    monkeypatch.setattr(os, "getuid", lambda: own)
    monkeypatch.setattr(doorstep, "peer_uid", lambda _connection: peer)
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert doorstep._is_of_ours(one) is is_let_in


def test_a_survey_that_is_too_long_for_a_frame_is_shortened() -> None:
    entry = {"pid": 1, "argv": ["x" * 60_000] * 30, "title": "y" * 60_000}
    shortened = json.loads(fit_for_a_frame([entry] * 20))
    assert len(shortened) == 20
    assert shortened[0]["argv"] == ["x" * 120] * 16
    crowd = fit_for_a_frame([{"pid": number, "argv": ["x" * 200] * 20} for number in range(2000)])
    assert len(crowd) <= MAX_PAYLOAD
    assert json.loads(crowd)[0]["pid"] == 0
    short = [{"pid": 1, "argv": ["python"]}]
    assert json.loads(fit_for_a_frame(short)) == short
