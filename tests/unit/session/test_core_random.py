"""The core against clients and workers that say anything that is well-formed, in any order."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hatchway.model import Role, Worker, WorkerKey
from hatchway.session.core import DebugSession
from hatchway.session.editor import Phase
from hatchway.session.events import (
    DropWorker,
    EditorLeft,
    FromEditor,
    FromWorker,
    Input,
    Tick,
    ToEditor,
    ToWorker,
    WakeAt,
    WorkerJoined,
    WorkerLeft,
)
from hatchway.session.routes import ROUTES

if TYPE_CHECKING:
    from hatchway.session.events import (
        Output,
    )
    from hatchway.session.handles import Native

TOKEN = "t"
ODD = [None, True, "", "7", [], [1], -1, 2**40, 1.5, {}]
RANDOMS = st.randoms(use_true_random=True)
"""Seeds: a step draws many values, which are not worth shrinking one by one."""
USUAL = [
    *[
        "threads",
        "stackTrace",
        "scopes",
        "variables",
        "evaluate",
        "setVariable",
        "completions",
        "exceptionInfo",
    ],
    *["continue", "continue", "next", "stepIn", "goto", "gotoTargets", "stepInTargets", "pause"],
    *["setBreakpoints", "setBreakpoints", "setFunctionBreakpoints", "setExceptionBreakpoints"],
]
BEGIN = ["initialize", "attach", "configurationDone"]
PATHS = ["/srv/a.py", "/srv/b.py", "/home/me/a.py"]
SEEN = {"id", "threadId", "frameId", "variablesReference", "sourceReference", "targetId"}


def one_of(random: Random, usual: Sequence[Any]) -> Any:
    """Choose something usual, or now and then something odd."""
    return random.choice(usual) if random.random() < 0.93 else random.choice(ODD)


def source(random: Random) -> Any:
    return one_of(random, [{"path": path, "sourceReference": n} for path in PATHS for n in (0, 1, 2)])


def breakpoints(random: Random) -> Any:
    count = random.randrange(4)
    return one_of(random, [[{"line": one_of(random, [1, 2, 3]), "name": "f"} for _ in range(count)]])


def arguments(random: Random, ids: Sequence[int]) -> Any:
    """Make arguments that fit most requests, each with an id out of those seen."""

    def identifier() -> Any:
        return one_of(random, [*ids[-12:], *ids[-12:], *ids, random.randrange(80)])

    fields = {name: identifier() for name in SEEN - {"id"} if random.random() < 0.9}
    fields["source"] = source(random)
    fields["breakpoints"] = breakpoints(random)
    fields["filters"] = one_of(random, [[], ["raised"], ["x"]])
    fields["expression"] = "x"
    fields["pathMappings"] = one_of(random, [[{"localRoot": "/home/me", "remoteRoot": "/srv"}]])
    fields["hatchway"] = one_of(random, [{"stopView": "queue"}, {"stopView": "direct"}, {"stopView": 1}, {}])
    fields["clientID"] = one_of(random, ["vscode", "neovim"])
    fields["startFrame"] = one_of(random, [0, 1])
    if random.random() < 0.3:
        del fields["frameId" if "frameId" in fields else "source"]
    return one_of(random, [fields])


def body(random: Random) -> Any:
    """Make a body that fits most responses, with the small ids that all workers share."""

    def native() -> Any:
        return one_of(random, range(5))

    def items(**fields: Any) -> Any:
        return one_of(random, [[dict(fields) for _ in range(random.randrange(1, 4))]])

    return one_of(
        random,
        [
            {
                "clientAccessToken": TOKEN,
                "threads": items(id=native(), name="T"),
                "stackFrames": items(id=native(), source=source(random), moduleId=native()),
                "scopes": items(variablesReference=native()),
                "variables": items(variablesReference=native(), memoryReference="m"),
                "variablesReference": native(),
                "breakpoints": items(id=native(), verified=random.random() < 0.7, source=source(random)),
                "targets": items(id=native()),
                "modules": items(id=native(), path=random.choice(PATHS)),
            }
        ],
    )


def event(random: Random) -> tuple[str, Any]:
    """Make an event of a worker's."""
    thread = one_of(random, [1, 2, 3])
    why = random.choice(["step", "pause"])
    name, fields = random.choice(
        [
            ("stopped", {"reason": "breakpoint", "threadId": thread, "hitBreakpointIds": [0, 1]}),
            ("stopped", {"reason": why, "threadId": thread, "hitBreakpointIds": one_of(random, [[]])}),
            ("continued", {"threadId": thread, "allThreadsContinued": True}),
            ("thread", {"reason": random.choice(["started", "exited"]), "threadId": thread}),
            ("hatchwayArmed", {}),
            ("output", {"output": one_of(random, ["a", "b\n"]), "variablesReference": 1}),
            ("breakpoint", {"reason": "changed", "breakpoint": {"id": 1, "verified": True}}),
            ("process", {}),
            ("exited", {"exitCode": 0}),
            (random.choice(["module", "initialized", "progressStart", "memory", "nonsense"]), body(random)),
            ("terminated" if random.random() < 0.1 else "capabilities", {}),
        ]
    )
    return name, one_of(random, [fields])


def seen_ids(value: Any) -> Iterator[int]:
    """Find what looks like an id in a message to the editor."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in SEEN and type(inner) is int:
                yield inner
            yield from seen_ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from seen_ids(inner)


class Talk:
    """What one connected client has heard."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        self.open: set[int] = set()
        """Its unanswered requests."""
        self.seq = 0


class AnyConversation(RuleBasedStateMachine):
    """Everybody says what they like; the core keeps its promises."""

    def __init__(self) -> None:
        """Begin with an empty session."""
        super().__init__()
        self.session = DebugSession(TOKEN)
        self.now = 0.0
        self.wake: float | None = None
        self.seqs = itertools.count(1)
        self.births = itertools.count(1)
        self.journal: list[tuple[Input, float, list[Output]]] = []
        self.seen: list[int] = []
        """Ids the editor was told, the latest last."""
        self.talks: dict[int, Talk] = {}
        """By the numbers of the clients that are connected."""
        self.visits = itertools.count(1)
        self.present: dict[WorkerKey, list[Mapping[str, Any]]] = {}
        """Each worker's unanswered requests."""
        self.worker_seqs: dict[WorkerKey, int] = {}
        self.meanings: dict[int, Native] = {}

    def feed(self, event: Input) -> None:
        outputs = self.session.receive(event, self.now)
        self.journal.append((event, self.now, outputs))
        for output in outputs:
            match output:
                case ToEditor(message, client):
                    self.take_editors(message, client)
                case ToWorker(key, message):
                    assert message["seq"] > self.worker_seqs[key], (
                        "seq of a worker goes up, and only if it is here"
                    )
                    self.worker_seqs[key] = message["seq"]
                    if message["type"] == "request":
                        self.present[key].append(message)
                case DropWorker(key):
                    del self.present[key], self.worker_seqs[key]
                case WakeAt(when):
                    assert when > self.now
                    self.wake = when
                case _:
                    pass

    def take_editors(self, message: Mapping[str, Any], client: int) -> None:
        assert client in self.talks, "nothing is said to an empty chair"
        talk = self.talks[client]
        assert message["seq"] == talk.seq + 1
        talk.seq += 1
        self.seen = [*self.seen[-60:], *itertools.islice(seen_ids(message.get("body")), 20)]
        if message["type"] == "response":
            assert message["request_seq"] in talk.open, "answered once, and only what was asked"
            talk.open.remove(message["request_seq"])
            assert message["success"] or message["message"]
        if message.get("event") in ("stopped", "continued"):
            flag = "allThreadsStopped" if message["event"] == "stopped" else "allThreadsContinued"
            assert message["body"][flag] is False
        if message.get("event") == "stopped":
            shown = [view for view in self.session.snapshot().clients if view.controls]
            assert len(shown) <= 1
        assert message.get("event") != "exited"

    def let_pass(self, seconds: float) -> None:
        end = self.now + seconds
        while self.wake is not None and self.wake <= end:
            self.now, self.wake = max(self.now, self.wake), None
            self.feed(Tick())
        self.now = end

    def ask(self, command: str, arguments: object, client: int | None = None) -> None:
        """Let a client ask: the one named, else any that is here, else a new one."""
        if client is None:
            client = Random(next(self.seqs)).choice(list(self.talks)) if self.talks else next(self.visits)
        seq = next(self.seqs)
        self.talks.setdefault(client, Talk()).open.add(seq)
        message = {"seq": seq, "type": "request", "command": command, "arguments": arguments}
        self.feed(FromEditor(message, client))

    @initialize(random=RANDOMS, client=st.sampled_from(["vscode", "neovim"]), workers=st.integers(0, 3))
    def a_session_begins(self, random: Random, client: str, workers: int) -> None:
        for command in ("initialize", "attach", "configurationDone"):
            self.ask(command, {"clientID": client})
        for _ in range(workers):
            self.a_worker_joins(random)
            self.a_worker_answers_all_in_order(random)
        self.much_happens(random)

    @rule(random=RANDOMS)
    def much_happens(self, random: Random) -> None:
        for _ in range(80):
            act = random.choices(*zip(*self.weights().items(), strict=True))[0]
            act(random)

    def weights(self) -> Mapping[Callable[[Random], None], float]:
        return {
            self.the_editor_asks: 12,
            self.a_worker_answers: 8,
            self.a_worker_answers_all_in_order: 4,
            self.a_worker_tells: 8,
            self.a_worker_joins: 1,
            self.a_worker_leaves: 0.3,
            self.time_passes: 2,
            self.the_editor_begins: 0.2 if self.talks else 5,
            self.another_client_comes: 0.3,
            self.a_client_takes_the_controls: 0.3 if len(self.talks) > 1 else 0,
            self.a_client_leaves: 0.3 if len(self.talks) > 1 else 0,
        }

    @rule(random=RANDOMS)
    def the_editor_asks(self, random: Random) -> None:
        commands = USUAL if random.random() < 0.85 else [*ROUTES, "nonsense"]
        self.ask(random.choice(commands), arguments(random, self.seen))

    @rule(random=RANDOMS)
    def the_editor_begins(self, random: Random) -> None:
        for command in random.choice([BEGIN, ["initialize", "configurationDone", "attach"], BEGIN[:2]]):
            self.ask(command, {"clientID": random.choice(["vscode", "neovim"])})

    @rule(random=RANDOMS)
    def the_editor_asks_of_a_stopped_thread(self, random: Random) -> None:
        stops = self.session.snapshot().stops
        if stops:
            command = random.choice(["continue", "next", "stackTrace", "pause", "exceptionInfo"])
            self.ask(command, {"threadId": random.choice(stops).thread})

    @rule(random=RANDOMS)
    def another_client_comes(self, random: Random) -> None:
        if len(self.talks) < 3:
            client = next(self.visits)
            for command in random.choice([BEGIN, BEGIN, BEGIN[:2], BEGIN[:1]]):
                self.ask(command, {"clientID": random.choice(["vscode", "neovim"])}, client)

    @rule(random=RANDOMS)
    def a_client_takes_the_controls(self, random: Random) -> None:
        self.ask(random.choice(["hatchwayTakeControls", "pause"]), {"threadId": 1})

    @precondition(lambda self: self.talks)
    @rule(random=RANDOMS)
    def a_client_leaves(self, random: Random) -> None:
        client = random.choice(list(self.talks))
        if random.random() < 0.5:
            self.ask("disconnect", {"restart": random.random() < 0.5}, client)
        del self.talks[client]
        self.feed(EditorLeft(client))

    @precondition(lambda self: self.talks)
    @rule(random=RANDOMS)
    def all_clients_leave(self, random: Random) -> None:
        while self.talks:
            self.a_client_leaves(random)

    @rule(random=RANDOMS)
    def a_worker_joins(self, random: Random) -> None:
        if len(self.present) < 4:
            number = next(self.births)
            key = WorkerKey("c", number % 3, str(number))
            self.present[key] = []
            self.worker_seqs[key] = 0
            service = random.choice(["web", "jobs"])
            self.feed(WorkerJoined(Worker(key, service, Role.WORKER, "python")))

    def worker(self, random: Random) -> WorkerKey | None:
        return random.choice(list(self.present)) if self.present else None

    @rule(random=RANDOMS)
    def a_worker_leaves(self, random: Random) -> None:
        key = self.worker(random)
        if key is not None:
            del self.present[key], self.worker_seqs[key]
            self.feed(WorkerLeft(key, "it fell"))

    @rule(random=RANDOMS)
    def a_worker_answers(self, random: Random) -> None:
        key = self.worker(random)
        if key is not None and self.present[key]:
            request = self.present[key].pop(random.randrange(len(self.present[key])))
            self.respond(key, request, body(random), success=random.random() < 0.8)

    @rule(random=RANDOMS)
    def a_worker_answers_all_in_order(self, random: Random) -> None:
        key = self.worker(random)
        while self.present.get(key):
            request = self.present[key].pop(0)
            is_lock = request["command"] == "pydevdAuthorize"
            answer = {"clientAccessToken": TOKEN} if is_lock else body(random)
            self.respond(key, request, answer, success=True)
            if request["command"] == "configurationDone":
                self.tell(key, "hatchwayArmed", {})

    def respond(self, key: WorkerKey, request: Mapping[str, Any], answer: object, *, success: bool) -> None:
        message = {
            "seq": 0,
            "type": "response",
            "request_seq": request["seq"],
            "command": request["command"],
            "success": success,
            "body": answer,
        }
        self.feed(FromWorker(key, message))

    @rule(random=RANDOMS)
    def a_worker_tells(self, random: Random) -> None:
        key = self.worker(random)
        if key is not None:
            self.tell(key, *event(random))

    def tell(self, key: WorkerKey, name: str, fields: object) -> None:
        if key in self.present:
            self.feed(FromWorker(key, {"seq": 0, "type": "event", "event": name, "body": fields}))

    @rule(random=RANDOMS)
    def a_worker_asks(self, random: Random) -> None:
        key = self.worker(random)
        if key is not None:
            before = self.worker_seqs[key]
            self.feed(FromWorker(key, {"seq": 1, "type": "request", "command": "runInTerminal"}))
            assert self.worker_seqs[key] == before + 1

    @rule(random=RANDOMS)
    def a_worker_babbles(self, random: Random) -> None:
        key = self.worker(random)
        if key is not None:
            names = ["type", "seq", "event", "success", "request_seq"]
            self.feed(FromWorker(key, {name: random.choice([*ODD, "event", "response"]) for name in names}))

    @rule()
    def a_stranger_speaks(self) -> None:
        key = WorkerKey("c", 9, "never joined")
        self.feed(FromWorker(key, {"seq": 1, "type": "event", "event": "stopped", "body": {"threadId": 1}}))
        self.feed(WorkerLeft(key, "it was never here"))

    @rule(random=RANDOMS)
    def time_passes(self, random: Random) -> None:
        self.let_pass(random.choice([0.1, 0.1, 0.3, 0.6, 1.5, 6.0, 30.0]))

    @invariant()
    def a_handle_means_one_thing_for_ever(self) -> None:
        for handle, native in self.session._state.handles._natives.items():
            assert self.meanings.setdefault(handle, native) == native

    @invariant()
    def only_parked_threads_of_present_workers_are_stops(self) -> None:
        view = self.session.snapshot()
        parked = {thread.id for worker in view.workers for thread in worker.threads if thread.stopped}
        assert {stop.thread for stop in view.stops} <= parked
        threads = [stop.thread for stop in view.stops]
        assert len(threads) == len(set(threads))

    @invariant()
    def the_queue_view_shows_one_stop_and_always_one(self) -> None:
        state = self.session._state
        is_on = state.editor.phase is Phase.CONFIGURED and state.attach is not None
        if is_on and state.stops.view == "queue":
            assert len(state.stops.told) <= 1
            assert state.stops.told or not state.stops.waiting or state.stops._step is not None

    def teardown(self) -> None:
        """When enough time has passed, nothing is open; and the journal replays to the same outputs."""
        self.let_pass(2000.0)
        assert [talk.open for talk in self.talks.values() if talk.open] == []
        for link in self.session._state.roster:
            assert link._asked == {}
        if self.talks:
            self.all_clients_leave(Random(0))
            self.let_pass(10.0)
            states = {worker.state for worker in self.session.snapshot().workers}
            assert states <= {"dormant"}, "only who came after the end is left"
        again = DebugSession(TOKEN)
        for event, now, outputs in self.journal:
            assert again.receive(event, now) == outputs


AnyConversation.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=20,
    deadline=None,
    phases=[Stage.generate],  # a seed does not shrink
    suppress_health_check=list(HealthCheck),
)
test_any_conversation = AnyConversation.TestCase
