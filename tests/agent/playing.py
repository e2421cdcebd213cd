"""Real debuggees under every CPython found, and a relay with a small blocking DAP client for them."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import json
import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "a-token"
PATIENCE = 20.0

AGENT = Path(__file__).parents[2] / "src" / "hatchway_agent"
PYDEVD = Path(str(importlib.util.find_spec("debugpy").origin)).parent / "_vendored" / "pydevd"  # type: ignore[union-attr]

PUPPET = """
import sys
sys.path.insert(0, {folder!r})
def say(value):
    sys.stdout.write(repr(value) + "\\n")
    sys.stdout.flush()
def do(text):
    exec(text, globals())
say("ready")
while True:
    line = sys.stdin.readline()
    if not line:
        break
    try:
        answer = eval(line)
    except Exception as error:
        answer = "ERROR " + repr(error)
    say(answer)
"""

TARGET = """
import os
def tick(n):
    m = n + 1
    m = m * 2
    return m
def generate(n):
    for i in range(n):
        yield i
def spin(stop, seen):
    n = 0
    while not stop:
        n = tick(n)
        seen[:] = [n]
        os.sched_yield()
def pause():
    breakpoint()
    return 7
"""

BEATING = '''
"""A server with a killer to be kept quiet."""
import sys
from hatchway_agent.servers import Calm, Server

def calm(frame):
    main = sys.modules["__main__"]
    is_child = hasattr(main, "child")
    return Calm(lambda: main.beats.append(1), lambda: main.releases.append(1), asks_parent=is_child)

def calm_child(frame, pid):
    main = sys.modules["__main__"]
    return Calm(lambda: main.asked.add(pid), lambda: main.asked.clear()) if pid == main.known else None

SERVER = Server("beating", claim=lambda process: None, distribution="target", calm=calm,
                calm_child=calm_child, worker_number=lambda frame: 3,
                in_flight=lambda frame, frames: sys.modules["__main__"].in_flight)
'''


class Debuggee:
    """A child process that evaluates what it is asked, on its main thread."""

    def __init__(self, argv: list[str], environment: dict[str, str], folder: Path) -> None:
        """Start it."""
        self.target = folder / "target.py"
        self.process = subprocess.Popen(
            argv,
            env=environment,
            cwd=folder,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.pid = self.process.pid

    def tell(self, expression: str) -> None:
        """Have it evaluate something, without waiting for the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        """Return its next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the debuggee ended: {self.process.communicate()[1]}"
        answer = ast.literal_eval(line)
        assert not str(answer).startswith("ERROR"), answer
        return answer

    def ask(self, expression: str) -> Any:
        """Return what it makes of an expression."""
        self.tell(expression)
        return self.hear()

    def do(self, code: str) -> None:
        """Have it run statements."""
        self.ask(f"do({code!r})")

    def until(self, expression: str) -> None:
        """Ask until the answer is true."""
        wait_for(lambda: self.ask(expression), expression)

    def grumble(self) -> str:
        """Return the next line that it writes to stderr."""
        assert self.process.stderr is not None
        return self.process.stderr.readline()

    def end(self) -> tuple[int, str]:
        """Let it run to its normal end; return its code and what it wrote to stderr."""
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors


def kill(process: subprocess.Popen[str]) -> None:
    """End a process and all its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Look until it is so; fail if it is not soon."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never came true: {what}"
        time.sleep(0.01)


class Worker:
    """A dialled connection, from the hub's side."""

    def __init__(self, connection: socket.socket) -> None:
        """Hear who dials."""
        connection.settimeout(PATIENCE)
        self.connection = connection
        self.stream = connection.makefile("rwb")
        self.dialled: dict[str, Any] = json.loads(self.stream.readline())
        self.events: list[dict[str, Any]] = []
        self._seq = 0

    def reply(self, line: str) -> None:
        """Answer the dial line."""
        self.stream.write(line.encode() + b"\n")
        self.stream.flush()

    def send(self, command: str, **arguments: object) -> None:
        """Send a request."""
        self._seq += 1
        message = {"seq": self._seq, "type": "request", "command": command, "arguments": arguments}
        body = json.dumps(message).encode()
        self.stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.stream.flush()

    def receive(self) -> dict[str, Any] | None:
        """Return the next message, None at end of file."""
        header = self.stream.readline()
        if not header:
            return None
        self.stream.readline()
        message: dict[str, Any] = json.loads(self.stream.read(int(header.split(b":")[1])))
        if message["type"] == "event":
            self.events.append(message)
        return message

    def request(self, command: str, **arguments: object) -> dict[str, Any]:
        """Send a request and return its response."""
        self.send(command, **arguments)
        return self._until(lambda message: message.get("request_seq") == self._seq, command)

    def event(self, name: str) -> dict[str, Any]:
        """Return the next event of this name, or one that was passed over; each only once."""
        for message in self.events:
            if message["event"] == name:
                self.events.remove(message)
                return message
        message = self._until(lambda message: message.get("event") == name, name)
        self.events.remove(message)
        return message

    def _until(self, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        while True:
            message = self.receive()
            assert message is not None, f"end of file while waiting for {what}"
            if wanted(message):
                return message

    def attach(self, breakpoints: dict[Path, list[int]]) -> None:
        """Do all that a hub does until breakpoints stop."""
        self.reply("attach")
        answer = self.request("pydevdAuthorize", debugServerAccessToken=TOKEN)
        assert answer["body"]["clientAccessToken"] == TOKEN
        self.request("initialize", adapterID="hatchway")
        assert self.request("attach", stopAllThreadsOnSuspend=False, justMyCode=False)["success"]
        self.break_at(breakpoints)
        assert self.request("configurationDone")["success"]
        self.event("hatchwayArmed")

    def break_at(self, breakpoints: dict[Path, list[int]]) -> None:
        """Set breakpoints."""
        for path, lines in breakpoints.items():
            wanted = [{"line": line} for line in lines]
            answer = self.request("setBreakpoints", source={"path": str(path)}, breakpoints=wanted)
            assert all(found["verified"] for found in answer["body"]["breakpoints"]), answer

    def stopped(self) -> tuple[int, int]:
        """Wait for a stop; return its thread and its line."""
        thread: int = self.event("stopped")["body"]["threadId"]
        frames = self.request("stackTrace", threadId=thread)["body"]["stackFrames"]
        return thread, frames[0]["line"]

    def go_on(self, thread: int) -> None:
        """Let a stopped thread run; it may end its process before the answer is out."""
        self.send("continue", threadId=thread, singleThread=True)

    def leave(self) -> None:
        """Let the worker go, as the hub does."""
        self.request("disconnect", terminateDebuggee=False)
        self.vanish()

    def vanish(self) -> None:
        """Be gone without a word, as a killed hub is."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close()

    def close(self) -> None:
        """Free the connection."""
        try:
            self.stream.close()
        except OSError:
            self.connection.close()
        self.connection.close()


class Relay:
    """Plays the relay of one rendezvous directory."""

    def __init__(self, run: Path) -> None:
        """Listen in a rendezvous directory."""
        self.run = run
        self.name = "relay.1.sock"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(run / self.name))
        self._listener.listen(16)
        self._listener.settimeout(PATIENCE)
        self._workers: list[Worker] = []

    def open_session(self, *, wait: bool = False) -> None:
        """Tell newborns where to dial."""
        session = {"wire": 1, "token": TOKEN, "relay": self.name, "wait": wait}
        (self.run / "session.new").write_text(json.dumps(session))
        (self.run / "session.new").rename(self.run / "session.json")

    def close_session(self) -> None:
        """Want no more newborns."""
        (self.run / "session.json").unlink()

    def doorbell(self, pid: int) -> Path:
        """Return a process's doorbell, once it has one."""
        wait_for(lambda: [*self.run.glob(f"{pid}.*.beacon")], f"the beacon of {pid}")
        (beacon,) = self.run.glob(f"{pid}.*.beacon")
        return beacon.with_suffix(".sock")

    def say(self, pid: int, line: bytes) -> bytes:
        """Say something at a process's door; return the answer."""
        with socket.socket(socket.AF_UNIX) as caller:
            caller.settimeout(PATIENCE)
            caller.connect(str(self.doorbell(pid)))
            try:
                caller.sendall(line)
            except BrokenPipeError:
                return b""
            try:
                return caller.recv(100)
            except ConnectionResetError:
                return b""

    def ring(self, pid: int, verb: str = "attach", token: str = TOKEN) -> bytes:
        """Ring at a process's door; return the answer."""
        said = {"token": token, "relay": self.name, "verb": verb}
        return self.say(pid, json.dumps(said).encode() + b"\n")

    def is_dialled(self) -> bool:
        """Tell whether somebody has connected and is not accepted yet."""
        return bool(select.select([self._listener], [], [], 0)[0])

    def accept(self) -> Worker:
        """Return the next worker that dials."""
        worker = Worker(self._listener.accept()[0])
        self._workers.append(worker)
        return worker

    def summon(self, pid: int) -> Worker:
        """Ring, and return the worker that dials."""
        assert self.ring(pid) == b"ok\n"
        return self.accept()

    def close(self) -> None:
        """Be gone."""
        self._listener.close()
        for worker in self._workers:
            worker.close()
