"""The workers of the session: how far each is, what it was asked, which threads it has.

Theory: a worker that dials in is WAITING until an editor attached. Then the hub authorizes itself, greets,
attaches, hands over the ledger (READY) and, once the editor has said `configurationDone`, releases it
(RELEASED). Only when pydevd answered that *and* the agent said that its tracer is on is it LIVE: a breakpoint
verified earlier would not stop (facts/debugger.md, TRAP 4). LEAVING ends every life: `disconnect` was sent
and the connection is closed at its answer. All moves are in `TRANSITIONS`; a cue without a line is a mistake
of ours.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias

from hatchway.dap import messages
from hatchway.dap.errors import LocalProtocolError
from hatchway.model import Worker, WorkerKey
from hatchway.session.agenda import Agenda
from hatchway.session.events import Message, Output, ToWorker

ASKED_LIMIT: Final = 1000
"""Most unanswered requests per worker; more are refused at once."""


class Life(Enum):
    """How far a worker is."""

    WAITING = auto()
    AUTHORIZING = auto()
    GREETING = auto()
    ATTACHING = auto()
    READY = auto()
    RELEASED = auto()
    CONFIGURED = auto()
    LIVE = auto()
    LEAVING = auto()


class Cue(Enum):
    """What moves a worker on."""

    SUMMONED = auto()
    AUTHORIZED = auto()
    GREETED = auto()
    ATTACHED = auto()
    RELEASE = auto()
    CONFIGURED = auto()
    ARMED = auto()
    DISMISSED = auto()


TRANSITIONS: Final[Mapping[Life, Mapping[Cue, Life]]] = {
    Life.WAITING: {Cue.SUMMONED: Life.AUTHORIZING, Cue.DISMISSED: Life.LEAVING},
    Life.AUTHORIZING: {Cue.AUTHORIZED: Life.GREETING, Cue.DISMISSED: Life.LEAVING},
    Life.GREETING: {Cue.GREETED: Life.ATTACHING, Cue.DISMISSED: Life.LEAVING},
    Life.ATTACHING: {Cue.ATTACHED: Life.READY, Cue.DISMISSED: Life.LEAVING},
    Life.READY: {Cue.RELEASE: Life.RELEASED, Cue.DISMISSED: Life.LEAVING},
    Life.RELEASED: {Cue.CONFIGURED: Life.CONFIGURED, Cue.DISMISSED: Life.LEAVING},
    Life.CONFIGURED: {Cue.ARMED: Life.LIVE, Cue.DISMISSED: Life.LEAVING},
    Life.LIVE: {Cue.DISMISSED: Life.LEAVING},
    Life.LEAVING: {},
}

SERVING: Final = frozenset({Life.READY, Life.RELEASED, Life.CONFIGURED, Life.LIVE})
"""Where pydevd answers what an editor asks."""


@dataclass(frozen=True, slots=True)
class Reply:
    """How a request to a worker ended."""

    success: bool
    body: Message
    message: str = ""
    lost: bool = False
    """Nobody answered: the worker left, or took too long, or its thread ran on."""


Then: TypeAlias = Callable[[Reply], None]


@dataclass(slots=True)
class Asked:
    """One request to a worker that is not answered yet."""

    command: str
    then: Then
    ticket: int
    since: float
    thread: int
    """The native id of the parked thread that must answer, 0 if pydevd's reader does."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One parked thread and the event that says so, in the editor's ids."""

    worker: WorkerKey
    thread: int
    body: Message


@dataclass(slots=True)
class Move:
    """A continue or step that was asked of a thread and is not answered yet."""

    steps: bool
    ran: bool = False
    """The thread said that it runs, before the answer came."""
    stop: Stop | None = None
    """The thread even stopped again before the answer came: to be shown after it."""


@dataclass(slots=True)
class Thread:
    """One thread of a worker, as far as the worker has spoken of it."""

    native: int
    handle: int
    name: str = ""
    stopped: bool = False
    reason: str = ""
    """Of its last stop."""
    turn: int = 0
    """Counts its stops and resumptions: an answer of an earlier turn is about frames that are gone."""
    top_frame: int | None = None
    """The native id of its innermost frame, if the editor looked."""
    move: Move | None = None
    expects_continued: bool = False
    """The next `continued` answers a move of ours, so it says nothing new."""
    awaited_by: int | None = None
    """The client that asked for the stop that is to come, or for the pause that it stands in."""
    is_recalled: bool = False
    """That was taken back: if it stops for it all the same, nobody is shown that."""

    def await_stop(self, client: int) -> None:
        """Note that a client asked for a pause or a step."""
        self.awaited_by = client
        self.is_recalled = False

    def recall(self) -> None:
        """Note that nobody waits for it any more."""
        self.is_recalled = self.is_recalled or self.awaited_by is not None
        self.awaited_by = None


class WorkerLink:
    """The hub's end of one worker's connection."""

    def __init__(self, worker: Worker, outputs: list[Output], agenda: Agenda) -> None:
        """Nothing is said yet."""
        self.worker = worker
        self.key = worker.key
        self.life = Life.WAITING
        self.traced = False
        """The agent said that the tracer is on; may come before `configurationDone` is answered."""
        self.attached_with: Message = {}
        """The arguments of its `attach`, to see whether the next editor wants others."""
        self.told: dict[tuple[str, str], Message] = {}
        """By the slot of a wish, what it was last sent of it."""
        self.threads: dict[int, Thread] = {}
        self.line_open: dict[str, bool] = {}
        """Per output category: the last text did not end its line."""
        self._outputs = outputs
        self._agenda = agenda
        self._seq = 0
        self._asked: dict[int, Asked] = {}

    @property
    def label(self) -> str:
        """What people read: `web/23`."""
        return self.worker.label

    @property
    def is_serving(self) -> bool:
        """Tell whether requests of the editor's can go there."""
        return self.life in SERVING

    @property
    def is_coming(self) -> bool:
        """Tell whether it is on its way from dialling in to being armed."""
        return self.life not in (Life.LIVE, Life.LEAVING)

    def move(self, cue: Cue) -> None:
        """Take the one step the table has for this cue."""
        try:
            self.life = TRANSITIONS[self.life][cue]
        except KeyError:
            text = f"A worker that is {self.life.name} cannot be {cue.name}"
            raise LocalProtocolError(text) from None

    def ask(self, command: str, arguments: Message, then: Then, patience: float, thread: int = 0) -> None:
        """Send a request; `then` is called exactly once, with the reply or with why there is none."""
        if len(self._asked) >= ASKED_LIMIT:
            then(
                Reply(success=False, body={}, message=f"{self.label} has too many questions open", lost=True)
            )
            return
        seq = self._next_seq()
        why = f"{self.label} did not answer within {patience:g} s"
        ticket = self._agenda.after(patience, lambda: self._lose(seq, why))
        self._asked[seq] = Asked(command, then, ticket, self._agenda.now, thread)
        self._outputs.append(ToWorker(self.key, messages.request(seq, command, dict(arguments))))

    def is_behind(self, command: str, patience: float) -> bool:
        """Tell whether it still owes an answer to such a request that nobody waits for any more."""
        oldest = self._agenda.now - patience
        return any(asked.command == command and asked.since <= oldest for asked in self._asked.values())

    def refuse(self, request: Message, why: str) -> None:
        """Answer a reverse request: a worker asks nothing of the editor's machine."""
        failure = messages.failure(self._next_seq(), request["seq"], request["command"], why)
        self._outputs.append(ToWorker(self.key, failure))

    def take_response(self, message: Message) -> None:
        """Give a response to whom it belongs; one that nobody waits for any more is dropped."""
        asked = self._asked.pop(message["request_seq"], None)
        if asked is None:
            return
        self._agenda.cancel(asked.ticket)
        body, text = message.get("body"), message.get("message")
        asked.then(
            Reply(
                success=message["success"],
                body=body if isinstance(body, Mapping) else {},
                message=text if isinstance(text, str) else "",
            )
        )

    def abandon(self, why: str, thread: int | None = None) -> None:
        """Settle what will not be answered any more: all, or what a parked thread was to answer."""
        for seq in [seq for seq, asked in self._asked.items() if thread is None or asked.thread == thread]:
            self._lose(seq, why)

    def _lose(self, seq: int, why: str) -> None:
        asked = self._asked.pop(seq, None)
        if asked is not None:
            self._agenda.cancel(asked.ticket)
            asked.then(Reply(success=False, body={}, message=why, lost=True))

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq


class Roster:
    """All workers, the oldest first."""

    def __init__(self) -> None:
        """Start with none."""
        self._links: dict[WorkerKey, WorkerLink] = {}

    def add(self, link: WorkerLink) -> None:
        """Let a worker in."""
        self._links[link.key] = link

    def remove(self, key: WorkerKey) -> WorkerLink | None:
        """Let a worker go."""
        return self._links.pop(key, None)

    def get(self, key: WorkerKey) -> WorkerLink | None:
        """Find a worker; None if it is gone."""
        return self._links.get(key)

    def serving(self) -> list[WorkerLink]:
        """List the workers that requests of the editor's can go to."""
        return [link for link in self._links.values() if link.is_serving]

    def __iter__(self) -> Iterator[WorkerLink]:
        """Go through all; the roster may change meanwhile."""
        return iter(list(self._links.values()))

    def __len__(self) -> int:
        """Count them."""
        return len(self._links)
