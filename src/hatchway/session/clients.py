"""The clients that share the session: who is there, who holds the controls, what reaches whom.

Theory: the rest of the core knows one editor and numbers its messages in one row. Here each client has a row
of its own. A request is given a number of the one row on its way in, by which its answer finds the client
that asked. Of events, those about stops reach the one client that holds the controls; a breakpoint's change
reaches who wished for it; everything else reaches all that attached. A client that is alone hears everything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from hatchway.dap import messages
from hatchway.session.breakpoints import Slot
from hatchway.session.capabilities import HELIX
from hatchway.session.editor import Phase
from hatchway.session.events import CloseEditor, Message, Output, ToEditor

FOR_HOLDER: Final = frozenset({"initialized", "stopped", "continued", "terminated"})
"""Events that only who holds the controls is told of."""


@dataclass(slots=True)
class Wanted:
    """What a client asked for in one slot, and the ids of the breakpoints it was answered with."""

    arguments: Message
    ids: frozenset[int] = frozenset()


@dataclass(slots=True)
class Client:
    """One client, by the number of its connection."""

    number: int
    name: str = ""
    """Its clientID."""
    phase: Phase = Phase.ABSENT
    is_let_go: bool = False
    """Its leaving is settled already: when its connection ends, nothing is left to do."""
    wishes: dict[Slot, Wanted] = field(default_factory=dict)
    last_seq: int = 0

    def greet(self, arguments: Message) -> None:
        """Take who it says it is in its `initialize`."""
        name = arguments.get("clientID")
        self.name = name if isinstance(name, str) else ""
        self.phase = Phase.GREETED

    @property
    def is_conversing(self) -> bool:
        """Tell whether it has begun and not ended."""
        return Phase.ABSENT < self.phase < Phase.ENDED

    @property
    def label(self) -> str:
        """Say who it is, for the others."""
        return self.name or "another client"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way: whose it is, by its own number, and which items of the answer are for it."""

    client: Client
    seq: int
    command: str
    slot: Slot | None = None
    keep: Sequence[int] | None = None


class Clients:
    """Takes messages from the core's one editor and addresses them."""

    def __init__(self, outputs: list[Output]) -> None:
        """Nobody is there."""
        self.holder: Client | None = None
        """Who holds the controls: the stops are shown to it, and it alone moves threads."""
        self._outputs = outputs
        self._clients: dict[int, Client] = {}
        self._asked: dict[int, Asked] = {}
        self._speaking: Client | None = None
        self._seq = 0

    def __iter__(self) -> Iterator[Client]:
        """List them in the order in which they came."""
        return iter(list(self._clients.values()))

    def get(self, number: int) -> Client:
        """Find a client, or get to know it."""
        return self._clients.setdefault(number, Client(number))

    @property
    def speaker(self) -> int:
        """Return the number of the client that the core serves."""
        return self._speaking.number if self._speaking is not None else 0

    def others(self, client: Client) -> list[Client]:
        """List who else is in conversation."""
        return [other for other in self if other is not client and other.is_conversing]

    def let_go(self, client: Client) -> None:
        """End a client's conversation before the core's: what it asked is refused."""
        client.phase = Phase.ENDED
        client.is_let_go = True
        for asked in self.forget_asked(client):
            why = "the session is over for this client"
            self._send(client, messages.failure(0, asked.seq, asked.command, why))

    def remove(self, client: Client) -> None:
        """Forget a client, and what it asked."""
        self._clients.pop(client.number, None)
        self.forget_asked(client)
        if self.holder is client:
            self.holder = None

    def forward(
        self, client: Client, message: Message, slot: Slot | None = None, keep: Sequence[int] | None = None
    ) -> Message:
        """Number a client's request as the one editor's."""
        self._speaking = client
        self._seq += 1
        self._asked[self._seq] = Asked(client, message["seq"], message["command"], slot, keep)
        return {**message, "seq": self._seq}

    def own(self, command: str, arguments: Message) -> Message:
        """Make a request that nobody waits for the answer of."""
        self._seq += 1
        return {"seq": self._seq, "type": "request", "command": command, "arguments": arguments}

    def answer(self, client: Client, request: Message, body: Message | None = None) -> None:
        """Answer a client's request without the core."""
        self._send(client, messages.response(0, request["seq"], request["command"], body))

    def refuse(self, client: Client, request: Message, why: str) -> None:
        """Refuse a client's request without the core, well-formed or not."""
        seq, command = request.get("seq"), request.get("command")
        known = seq if isinstance(seq, int) and messages.is_id(seq) else 0
        self._send(client, messages.failure(0, known, command if isinstance(command, str) else "", why))

    def tell(self, client: Client, event: str, body: Message | None = None) -> None:
        """Send an event to one client."""
        self._send(client, messages.event(0, event, body))

    def say(self, client: Client, text: str) -> None:
        """Print a line in one client's debug console."""
        self.tell(client, "output", {"category": "console", "output": f"hatchway: {text}\n"})

    def close(self, client: Client) -> None:
        """Have a client's connection closed once all is written."""
        self._outputs.append(CloseEditor(client.number))

    def hang_up(self) -> None:
        """Close the connection of the client that the core serves."""
        if self._speaking is not None:
            self.close(self._speaking)

    def post(self, message: Message) -> None:
        """Take a message of the core's to its one editor."""
        if message["type"] == messages.Kind.RESPONSE:
            asked = self._asked.pop(message["request_seq"], None)
            if asked is not None:
                self._send(asked.client, _own_part(asked, message))
        else:
            body = message.get("body") or {}
            for client in self._hearers(message["event"], body):
                self._send(client, message)
                if message["event"] == "thread" and client.name == HELIX:
                    # It takes that thread for the one to show, and shows no other that stops.
                    runs_on = {"threadId": body["threadId"], "allThreadsContinued": False}
                    self.tell(client, "continued", runs_on)

    def forget_asked(self, client: Client) -> list[Asked]:
        """Forget and return what a client asked and has no answer to yet."""
        numbers = [number for number, asked in self._asked.items() if asked.client is client]
        return [self._asked.pop(number) for number in numbers]

    def _hearers(self, event: str, body: Message) -> list[Client]:
        present = [client for client in self if client.is_conversing]
        if len(present) == 1:
            return present
        if event in FOR_HOLDER:
            return [client for client in present if client is self.holder]
        if event == "breakpoint":
            changed = body["breakpoint"].get("id")
            return [c for c in present if any(changed in wanted.ids for wanted in c.wishes.values())]
        return [c for c in present if c is self.holder or c.phase >= Phase.ATTACHED]

    def _send(self, client: Client, message: Message) -> None:
        client.last_seq += 1
        self._outputs.append(ToEditor({**message, "seq": client.last_seq}, client.number))


def _own_part(asked: Asked, message: Message) -> Message:
    body = message.get("body")
    items = body.get("breakpoints") if isinstance(body, Mapping) else None
    if isinstance(body, Mapping) and isinstance(items, list) and asked.slot is not None:
        own = items if asked.keep is None else [items[index] for index in asked.keep]
        body = {**body, "breakpoints": own}
        if asked.slot in asked.client.wishes:
            asked.client.wishes[asked.slot].ids = frozenset(item["id"] for item in own)
        message = {**message, "body": body}
    return {**message, "request_seq": asked.seq}
