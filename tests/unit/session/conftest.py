"""A stage for the core: an editor who asks, workers that answer as pydevd does, and a clock moved by hand."""

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from hatchway.model import Role, Worker, WorkerKey
from hatchway.session.core import DebugSession
from hatchway.session.events import (
    CloseEditor,
    Dismiss,
    DropWorker,
    EditorLeft,
    FromEditor,
    FromWorker,
    Input,
    Output,
    Summon,
    Tick,
    ToEditor,
    ToWorker,
    WakeAt,
    WorkerJoined,
    WorkerLeft,
)
from hatchway.session.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN = "the token"
Message = dict[str, Any]


class FakePydevd:
    """One worker: threads from 1, breakpoints from 0, like all others, so their ids collide."""

    def __init__(self, key: WorkerKey) -> None:
        """Know the session's token, like every worker the agent attached."""
        self.key = key
        self.token = TOKEN
        self.threads = {1: "MainThread"}
        self.silent: set[str] = set()
        """Commands it does not answer."""
        self.arms = True
        self.steps_end = True
        self.runs_python = True
        """Else a pause is answered, and ends in a stop at some later moment."""
        self.unbound: set[int] = set()
        """Lines it does not verify."""
        self.requests: list[Message] = []
        self.frame = 10
        self._seq = itertools.count(1)
        self._breakpoint_ids = itertools.count(0)

    def asked(self, command: str) -> list[Mapping[str, Any]]:
        return [request.get("arguments", {}) for request in self.requests if request["command"] == command]

    def last(self, command: str) -> Mapping[str, Any]:
        return self.asked(command)[-1]

    def event(self, name: str, /, **body: Any) -> Message:
        return {"seq": next(self._seq), "type": "event", "event": name, "body": body}

    def stopped(self, thread: int = 1, **body: Any) -> Message:
        self.frame += 1
        return self.event(
            "stopped", **{"reason": "breakpoint", "threadId": thread, "allThreadsStopped": True, **body}
        )

    def receive(self, message: Message) -> list[Message]:
        if message["type"] != "request":
            return []
        self.requests.append(message)
        if message["command"] in self.silent:
            return []
        answer: Callable[[Mapping[str, Any]], Any] | None = getattr(self, f"on_{message['command']}", None)
        replies = answer(message.get("arguments", {})) if answer else {}
        return [
            reply if "event" in reply else self.respond(message, reply)
            for reply in (replies if isinstance(replies, list) else [replies])
        ]

    def respond(self, request: Message, body: Mapping[str, Any]) -> Message:
        return {
            "seq": next(self._seq),
            "type": "response",
            "request_seq": request["seq"],
            "success": "failure" not in body,
            "command": request["command"],
            "body": body,
            "message": body.get("failure"),
        }

    def on_pydevdAuthorize(self, _: Mapping[str, Any]) -> Any:  # noqa: N802
        return {"clientAccessToken": self.token}

    def on_attach(self, _: Mapping[str, Any]) -> Any:
        started = [self.event("thread", reason="started", threadId=thread) for thread in self.threads]
        return [
            self.event("process", name="app.py", systemProcessId=1),
            *started,
            self.event("initialized"),
            {},
        ]

    def on_configurationDone(self, _: Mapping[str, Any]) -> Any:  # noqa: N802
        return [{}, self.event("hatchwayArmed")] if self.arms else {}

    def on_setBreakpoints(self, arguments: Mapping[str, Any]) -> Any:  # noqa: N802
        return {
            "breakpoints": [
                {
                    "id": next(self._breakpoint_ids),
                    "line": wish["line"],
                    "verified": wish["line"] not in self.unbound,
                    "source": arguments["source"],
                    **(
                        {"message": "Breakpoint added to invalid line."}
                        if wish["line"] in self.unbound
                        else {}
                    ),
                }
                for wish in arguments["breakpoints"]
            ]
        }

    def on_setFunctionBreakpoints(self, arguments: Mapping[str, Any]) -> Any:  # noqa: N802
        return {
            "breakpoints": [
                {"id": next(self._breakpoint_ids), "verified": True} for _ in arguments["breakpoints"]
            ]
        }

    def on_threads(self, _: Mapping[str, Any]) -> Any:
        return {"threads": [{"id": thread, "name": name} for thread, name in self.threads.items()]}

    def on_stackTrace(self, _: Mapping[str, Any]) -> Any:  # noqa: N802
        source = {"path": "/srv/app.py", "sourceReference": 0}
        frame = {"id": self.frame, "name": "view", "line": 3, "column": 1, "source": source}
        return {"stackFrames": [frame], "totalFrames": 1}

    def on_scopes(self, arguments: Mapping[str, Any]) -> Any:
        reference = arguments["frameId"] * 100
        return {"scopes": [{"name": "Locals", "variablesReference": reference, "expensive": False}]}

    def on_variables(self, arguments: Mapping[str, Any]) -> Any:
        reference = arguments["variablesReference"] + 1
        here = f"{self.key.pid}"
        return {"variables": [{"name": "here", "value": here, "variablesReference": reference}]}

    def on_evaluate(self, arguments: Mapping[str, Any]) -> Any:
        result = f"{arguments['expression']} in {self.key.pid} at {arguments['frameId']}"
        return {"result": result, "variablesReference": 0}

    def on_continue(self, arguments: Mapping[str, Any]) -> Any:
        thread = arguments["threadId"]
        body = {"allThreadsContinued": not arguments.get("singleThread")}
        return [body, self.event("continued", threadId=thread, allThreadsContinued=False)]

    def on_next(self, arguments: Mapping[str, Any]) -> Any:
        thread = arguments["threadId"]
        ended = [self.stopped(thread, reason="step")] if self.steps_end else []
        return [{}, self.event("continued", threadId=thread, allThreadsContinued=False), *ended]

    def on_pause(self, arguments: Mapping[str, Any]) -> Any:
        threads = list(self.threads) if arguments["threadId"] == "*" else [arguments["threadId"]]
        if not self.runs_python:
            return {}
        return [{}, *(self.stopped(thread, reason="pause") for thread in threads)]


class Seat:
    """One client of the core: what it does and what it saw."""

    def __init__(self, number: int, feed: "Callable[[Input], object]") -> None:
        """Sit down; a client is known by the number of its connection."""
        self.number = number
        self.heard: list[Mapping[str, Any]] = []
        """All that it was sent."""
        self._feed = feed
        self._seqs = itertools.count(1)

    # What it does.

    def leaves(self) -> None:
        """Cut its connection."""
        self._feed(EditorLeft(self.number))

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request; give its seq."""
        seq = next(self._seqs)
        message = {"seq": seq, "type": "request", "command": command, "arguments": arguments}
        self._feed(FromEditor(message, self.number))
        return seq

    def answers(self, seq: int) -> list[Mapping[str, Any]]:
        """List the responses to a request."""
        return [m for m in self.heard if m["type"] == "response" and m["request_seq"] == seq]

    def answer(self, seq: int) -> Mapping[str, Any]:
        """Give the one response to a request."""
        (answer,) = self.answers(seq)
        return answer

    def ask(self, command: str, **arguments: Any) -> Mapping[str, Any]:
        """Send a request and give the body of its success."""
        answer = self.answer(self.send(command, **arguments))
        assert answer["success"], answer
        body: Mapping[str, Any] = answer.get("body", {})
        return body

    def refusal(self, command: str, **arguments: Any) -> str:
        """Send a request and give the reason why it is refused."""
        answer = self.answer(self.send(command, **arguments))
        assert not answer["success"], answer
        return str(answer["message"])

    def begin(self, client: str = "vscode", *breakpoints: int, **attach: Any) -> None:
        """Go through what every editor does at the start."""
        self.ask("initialize", clientID=client, linesStartAt1=True)
        self.ask("attach", **attach)
        if breakpoints:
            self.set_breakpoints(*breakpoints)
        self.ask("configurationDone")

    def set_breakpoints(self, *lines: int, path: str = "/srv/app.py") -> list[Mapping[str, Any]]:
        """Ask for breakpoints in the file every worker runs."""
        found: list[Mapping[str, Any]] = self.ask(
            "setBreakpoints", source={"path": path}, breakpoints=[{"line": line} for line in lines]
        )["breakpoints"]
        return found

    # What it saw.

    def events(self, name: str) -> list[Mapping[str, Any]]:
        """List the bodies of one kind of event."""
        return [m.get("body", {}) for m in self.heard if m["type"] == "event" and m["event"] == name]

    def stops(self) -> list[int]:
        """List the threads of the stops it was shown."""
        return [body["threadId"] for body in self.events("stopped")]


class Stage(Seat):
    """The core with everybody round it. Workers answer at once unless told to be silent."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Set the stage with nobody on it; the first seat is the editor's."""
        super().__init__(0, self.feed)
        self.seats: dict[int, Seat] = {0: self}
        self.session = DebugSession(TOKEN, settings)
        self.now = 100.0
        self.wake: float | None = None
        self.outputs: list[Output] = []
        self.workers: dict[WorkerKey, FakePydevd] = {}

    # What happens.

    def another(self) -> Seat:
        """Let another client connect."""
        number = len(self.seats)
        return self.seats.setdefault(number, Seat(number, self.feed))

    def feed(self, event: Input) -> list[Output]:
        """Give the core an input, and to the workers what it says, until all is quiet."""
        outputs = self.session.receive(event, self.now)
        self.outputs += outputs
        for output in outputs:
            match output:
                case ToEditor(message, client):
                    self.seats[client].heard.append(message)
                case WakeAt(when):
                    self.wake = when
                case DropWorker(key):
                    self.workers.pop(key, None)
                case _:
                    pass
        for output in outputs:
            if isinstance(output, ToWorker) and output.key in self.workers:
                for reply in self.workers[output.key].receive(dict(output.message)):
                    self.feed(FromWorker(output.key, reply))
        return outputs

    def join(self, pid: int, service: str = "web", *, foreign: bool = False, **quirks: Any) -> FakePydevd:
        """Let a worker dial in."""
        key = WorkerKey("c1", pid, f"birth{pid}")
        self.workers[key] = worker = FakePydevd(key)
        for name, value in quirks.items():
            setattr(worker, name, value)
        self.feed(
            WorkerJoined(Worker(key, service, Role.WORKER, "gunicorn worker", "gunicorn", is_foreign=foreign))
        )
        return worker

    def leave(self, worker: FakePydevd, why: str = "it was killed by signal 9") -> None:
        """Let a worker die."""
        self.workers.pop(worker.key, None)
        self.feed(WorkerLeft(worker.key, why))

    def says(self, worker: FakePydevd, message: Message) -> None:
        """Let a worker say something unasked."""
        self.feed(FromWorker(worker.key, message))

    def stop(self, worker: FakePydevd, thread: int = 1, **body: Any) -> None:
        """Let a thread of a worker hit something."""
        self.says(worker, worker.stopped(thread, **body))

    def wait(self, seconds: float) -> None:
        """Let time pass, waking the core when it asked for it."""
        end = self.now + seconds
        while self.wake is not None and self.wake <= end:
            self.now, self.wake = max(self.now, self.wake), None
            self.feed(Tick())
        self.now = end

    def did(self, kind: type[Output] | type[Summon] | type[Dismiss] | type[CloseEditor]) -> int:
        """Count outputs of a kind."""
        return sum(isinstance(output, kind) for output in self.outputs)

    def thread_of(self, worker: FakePydevd, thread: int = 1) -> int:
        """Give the editor's id of a worker's thread."""
        views = self.session.snapshot().workers
        (view,) = [view for view in views if view.worker.key == worker.key]
        return view.threads[list(worker.threads).index(thread)].id


@pytest.fixture
def stage() -> Stage:
    """An empty stage."""
    return Stage()


@pytest.fixture
def make_stage() -> type[Stage]:
    """Stages with settings."""
    return Stage
