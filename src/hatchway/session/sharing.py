"""How several clients share one session: one holds the controls, all may look, and each ends only itself.

Theory: a client that is alone is the editor: all it says goes to the core. In company the session has begun
already, so what begins or ends a client's conversation is answered here; wishes are joined, since each
replaces what was asked before; and threads are moved by the holder of the controls alone, to whom alone stops
are shown. `pause` takes the controls: it is what every editor can do before it has seen a stop.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from hatchway.dap import messages
from hatchway.dap.errors import RemoteProtocolError
from hatchway.session.answering import ALWAYS
from hatchway.session.breakpoints import EMPTIED, Slot, read_wish
from hatchway.session.capabilities import capabilities_for
from hatchway.session.clients import Client, Wanted
from hatchway.session.editor import Phase
from hatchway.session.events import Message
from hatchway.session.joint import join
from hatchway.session.leaving import Leaving
from hatchway.session.moving import MOVES, Moving
from hatchway.session.state import State
from hatchway.session.translate import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sharing:
    """Serves what comes from clients, by itself or through the core."""

    def __init__(
        self, state: State, leaving: Leaving, moving: Moving, serve: Callable[[Message], None]
    ) -> None:
        """Work on the session's state; `serve` takes a well-formed request as the one editor's."""
        self._state = state
        self._leaving = leaving
        self._moving = moving
        self._serve = serve
        self._restarting: str | None = None
        """The clientID of a holder that left to come back."""
        self._in_company: Final[Mapping[str, Callable[[Client, Message], None]]] = {
            "initialize": self._initialize,
            "attach": self._attach,
            "configurationDone": self._configuration_done,
            "disconnect": self._disconnect,
            "terminate": self._terminate,
            "pause": self._pause,
            **dict.fromkeys(MOVES, self._move),
        }

    def hear(self, number: int, message: Message) -> None:
        """Take a message of a client's."""
        clients = self._state.clients
        client = clients.get(number)
        try:
            kind = messages.check(message)
        except RemoteProtocolError as error:
            if message.get("type") == messages.Kind.REQUEST:
                clients.refuse(client, message, error.message)
            return
        if kind is not messages.Kind.REQUEST:
            return
        if client.is_let_go:
            clients.refuse(client, message, "the session is over: connect again")
        elif client.phase is Phase.ABSENT and message["command"] not in {"initialize", *ALWAYS}:
            clients.refuse(client, message, "the session has not begun: send `initialize` first")
        elif message["command"] == "hatchwayTakeControls":
            self._take_controls(client, message)
        elif self._is_alone(client):
            self._speak_alone(client, message)
        else:
            self._in_company.get(message["command"], self._pass_on)(client, message)

    def leave(self, number: int) -> None:
        """Take note that a client's connection is gone."""
        clients = self._state.clients
        client = clients.get(number)
        was_there = client.phase is not Phase.ABSENT and not client.is_let_go
        client.phase = Phase.ENDED  # nothing more is said to it
        if clients.others(client):
            clients.forget_asked(client)
            self._withdraw(client)
        elif was_there:
            self._leaving.editor_left()
        clients.remove(client)

    def _is_alone(self, client: Client) -> bool:
        """Tell whether a client is the one editor, as far along as that."""
        is_first = client.phase in (Phase.ABSENT, self._state.editor.phase)
        return is_first and not self._state.clients.others(client)

    def _speak_alone(self, client: Client, message: Message) -> None:
        state = self._state
        if message["command"] == "initialize" and client.phase is Phase.ABSENT:
            self._clear_the_chair(client)
            client.greet(_arguments(message))
            state.clients.holder = client
        self._pass_on(client, message)
        client.phase = state.editor.phase

    def _clear_the_chair(self, client: Client) -> None:
        """Have the one before leave, whose conversation is over and whose connection only lingers."""
        if self._state.editor.phase is Phase.ENDED:
            self._leaving.editor_left()
            for other in self._state.clients:
                if other is not client and not other.is_let_go:
                    self._state.clients.let_go(other)

    def _pass_on(self, client: Client, message: Message) -> None:
        """Serve a request as the one editor's, joined with what others wish for."""
        clients, command, arguments = self._state.clients, message["command"], _arguments(message)
        slot, keep = None, None
        if command in EMPTIED:  # it replaces what was asked before, and so what others asked for
            try:
                slot, _ = read_wish(command, arguments)
            except RefusalError as refusal:
                clients.refuse(client, message, refusal.message)
                return
            client.wishes[slot] = Wanted(arguments)
            if others := list(self._wished(slot, client)):
                arguments, keep = join(command, arguments, others)
                message = {**message, "arguments": arguments}
        self._serve(clients.forward(client, message, slot, keep))

    def _initialize(self, client: Client, message: Message) -> None:
        clients = self._state.clients
        if client.phase is not Phase.ABSENT:
            clients.refuse(client, message, "the session is initialized already")
            return
        client.greet(_arguments(message))
        clients.answer(client, message, capabilities_for(client.name))
        clients.tell(client, "initialized")

    def _attach(self, client: Client, message: Message) -> None:
        state, clients = self._state, self._state.clients
        if client.phase is not Phase.GREETED:
            clients.refuse(client, message, "the session is attached already")
            return
        client.phase = Phase.ATTACHED
        if state.editor.phase is Phase.GREETED:
            self._hold(client)
            self._serve(clients.forward(client, message))
            return
        clients.answer(client, message)
        for told in self._known_breakpoints():
            clients.tell(client, "breakpoint", {"reason": "new", "breakpoint": told})
        for sentence in state.missing:
            clients.say(client, sentence)
        if self._restarting is not None and self._restarting == client.name:
            self._take(client)
        elif clients.holder not in (None, client):
            holder = clients.holder.label
            clients.say(
                client, f"{holder} holds the controls and is shown the stops; `pause` takes them over"
            )

    def _configuration_done(self, client: Client, message: Message) -> None:
        if self._state.editor.phase is Phase.CONFIGURED:
            self._state.clients.answer(client, message)
        else:
            self._serve(self._state.clients.forward(client, message))
        if client.phase is Phase.ATTACHED:
            client.phase = Phase.CONFIGURED

    def _disconnect(self, client: Client, message: Message) -> None:
        clients = self._state.clients
        if not clients.others(client):
            client.phase = self._state.editor.phase
            self._speak_alone(client, message)
            return
        clients.answer(client, message)
        if client is clients.holder and _arguments(message).get("restart") is True:
            self._restarting = client.name
        clients.let_go(client)
        clients.close(client)
        self._withdraw(client)

    def _terminate(self, client: Client, message: Message) -> None:
        """Let one client go: the workers are the others', too."""
        self._state.clients.answer(client, message)
        self._state.clients.tell(client, "terminated")

    def _pause(self, client: Client, message: Message) -> None:
        self._take(client)
        self._pass_on(client, message)

    def _move(self, client: Client, message: Message) -> None:
        clients = self._state.clients
        if clients.holder in (client, None):
            self._pass_on(client, message)
            return
        text = f"{clients.holder.label} holds the controls: `pause` takes them over"
        clients.refuse(client, message, text)

    def _take_controls(self, client: Client, message: Message) -> None:
        if client.phase < Phase.ATTACHED:
            self._state.clients.refuse(client, message, "the session has not begun: send `attach` first")
            return
        self._state.clients.answer(client, message)
        self._take(client)

    def _take(self, client: Client) -> None:
        """Give a client the controls by its own wish: who left to come back does not get them back."""
        self._restarting = None
        self._hold(client)

    def _hold(self, client: Client) -> None:
        """Give a client the controls: what is stopped is shown to it, and to nobody else any more."""
        state, clients = self._state, self._state.clients
        before = clients.holder
        if before is client:
            return
        shown = state.stops.told
        state.stops.close()
        self._moving.recall()
        if before is not None and before.is_conversing:
            for stop in shown:
                clients.tell(before, "continued", {"threadId": stop.thread, "allThreadsContinued": False})
            clients.say(before, f"{client.label} took the controls; `pause` takes them back")
        clients.holder = client
        state.editor.client = client.name
        if state.editor.phase is Phase.CONFIGURED and state.attach is not None:
            state.stops.open(state.settings.view_for(client.name))

    def _withdraw(self, client: Client) -> None:
        """Take back what only a leaving client wished for, and pass on the controls it held."""
        clients = self._state.clients
        wishes, client.wishes = client.wishes, {}
        for slot, wanted in wishes.items():
            others = self._wished(slot, client)
            nobodys = {**wanted.arguments, **EMPTIED[slot[0]]}
            self._serve(clients.own(slot[0], join(slot[0], nobodys, others)[0]))
        if clients.holder is client:
            self._moving.release_paused(client.number)
            self._hold(max(clients.others(client), key=lambda other: other.phase))

    def _wished(self, slot: Slot, client: Client) -> Iterator[Message]:
        for other in self._state.clients.others(client):
            if slot in other.wishes:
                yield other.wishes[slot].arguments

    def _known_breakpoints(self) -> Iterator[Message]:
        for entry in self._state.ledger.replay():
            command, path = entry.slot
            for wish in entry.wishes if command == "setBreakpoints" else ():
                if wish.told is not None:
                    yield {"source": {"path": path}, **wish.told}


def _arguments(message: Message) -> Message:
    arguments: Message = message.get("arguments") or {}
    return arguments
