"""The editor's side of the session: how far its conversation is, and that each request is answered once.

Theory: a visit lasts from an editor's first message to its leaving. Its phases go only forward; the next
visit starts over. A request remembers its visit: an answer that comes when the editor has left goes
nowhere, and a second answer to one request goes nowhere either. `seq` is counted where a message is
addressed to a client (`clients.py`).
"""

from collections.abc import Callable, Mapping
from enum import IntEnum, auto
from typing import Any, Final

from hatchway.dap import messages
from hatchway.session.events import Message

OPEN_LIMIT: Final = 1000
"""Most unanswered requests; more are refused at once."""


class Phase(IntEnum):
    """How far the conversation is."""

    ABSENT = auto()
    GREETED = auto()
    ATTACHED = auto()
    CONFIGURED = auto()
    ENDED = auto()
    """`disconnect` was answered; only the connection is left to go."""


class Request:
    """One request of the editor's, until it is answered."""

    __slots__ = ("arguments", "command", "is_open", "seq", "visit")

    def __init__(self, message: Message, visit: int) -> None:
        """Take a well-formed request message."""
        self.seq: Final[int] = message["seq"]
        self.command: Final[str] = message["command"]
        arguments = message.get("arguments")
        self.arguments: Final[Mapping[str, Any]] = arguments if isinstance(arguments, Mapping) else {}
        self.visit: Final = visit
        self.is_open = True


class Editor:
    """The one editor, which may be several clients; or its empty chair."""

    def __init__(self, post: Callable[[Message], None], hang_up: Callable[[], None]) -> None:
        """Nobody is there yet; `post` sends a message, `hang_up` closes once all is written."""
        self.phase = Phase.ABSENT
        self.client = ""
        self.arguments: Mapping[str, Any] = {}
        """Of its `initialize`."""
        self._post = post
        self._hang_up = hang_up
        self.visit = 0
        """The number of the conversation."""
        self._open = 0

    @property
    def is_listening(self) -> bool:
        """Tell whether events mean something to it."""
        return self.phase in (Phase.ATTACHED, Phase.CONFIGURED)

    def open(self, message: Message) -> Request:
        """Note a request, to be answered exactly once."""
        self._open += 1
        return Request(message, self.visit)

    @property
    def is_flooded(self) -> bool:
        """Tell whether it asked more than anyone waits for."""
        return self._open > OPEN_LIMIT

    def answer(self, request: Request, body: Message | None = None) -> None:
        """Answer that it went well."""
        if self._close(request):
            self._post(messages.response(0, request.seq, request.command, body))

    def refuse(self, request: Request, why: str) -> None:
        """Answer that it did not."""
        if self._close(request):
            self._post(messages.failure(0, request.seq, request.command, why))

    def tell(self, event: str, body: Message | None = None) -> None:
        """Send an event, if there is somebody to hear it."""
        if self.phase not in (Phase.ABSENT, Phase.ENDED):
            self._post(messages.event(0, event, body))

    def say(self, text: str, category: str = "console") -> None:
        """Print a line in its debug console."""
        self.tell("output", {"category": category, "output": f"{text}\n"})

    def greet(self, arguments: Mapping[str, Any]) -> None:
        """Begin the conversation."""
        client = arguments.get("clientID")
        self.client = client if isinstance(client, str) else ""
        self.arguments = arguments
        self.phase = Phase.GREETED

    def end(self) -> None:
        """End the conversation: the connection closes once all is written."""
        self.phase = Phase.ENDED
        self._hang_up()

    def leave(self) -> None:
        """Empty the chair; what was asked will not be answered."""
        self.phase = Phase.ABSENT
        self.visit += 1
        self._open = 0

    def _close(self, request: Request) -> bool:
        was_open = request.is_open and request.visit == self.visit
        request.is_open = False
        self._open -= was_open
        return was_open
