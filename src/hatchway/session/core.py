"""The sans-IO core: editors, many workers, one DAP session; inputs in, outputs out.

Everything is a pure function of the inputs and their times: no clock, no randomness, no task. So the journal
of any session replays. What each part knows is in its own file; this one only says who is asked.
"""

from typing import TYPE_CHECKING, Any, Final

from hatchway.dap import messages
from hatchway.dap.errors import RemoteProtocolError
from hatchway.session.answering import Answering
from hatchway.session.asking import Asking
from hatchway.session.editor import Request
from hatchway.session.events import (
    ContainerTroubled,
    EditorLeft,
    Explained,
    FilesFound,
    FromEditor,
    FromWorker,
    Input,
    Message,
    Output,
    ProcessesMissing,
    Tick,
    WakeAt,
    WorkerJoined,
    WorkerLeft,
    WorkersAwaited,
)
from hatchway.session.hearing import Hearing
from hatchway.session.joining import Joining
from hatchway.session.leaving import Leaving
from hatchway.session.minding import Minding
from hatchway.session.moving import MOVES, Moving
from hatchway.session.routes import DEFAULT_REASON, REASONS, ROUTES, Route
from hatchway.session.settings import Settings
from hatchway.session.sharing import Sharing
from hatchway.session.state import State
from hatchway.session.surveying import Surveying
from hatchway.session.translate import RefusalError
from hatchway.session.view import SessionView, session_view
from hatchway.session.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class DebugSession:
    """One editor or several that share it, many workers, one DAP session. No sockets, clock, tasks."""

    def __init__(self, token: str, settings: Settings | None = None) -> None:
        """Take the secret that workers prove themselves with, and what the user set."""
        self._state = State(token, settings or Settings())
        self._wishes = Wishes(self._state)
        self._moving = Moving(self._state)
        self._asking = Asking(self._state)
        self._joining = Joining(self._state, self._wishes)
        self._leaving = Leaving(self._state, self._moving)
        self._hearing = Hearing(self._state, self._joining, self._wishes, self._moving)
        self._answering = Answering(self._state, self._joining, self._leaving, self._wishes)
        minding = Minding(self._state)
        self._sharing = Sharing(self._state, self._leaving, self._moving, self._from_editor)
        surveying = Surveying(self._state)
        self._by_command: Final[Mapping[str, Callable[[Request], None]]] = {
            **self._answering.table,
            **dict.fromkeys(MOVES, self._moving.move),
            "pause": self._moving.pause,
            "threads": surveying.threads,
            "modules": surveying.modules,
        }
        self._by_input: Final[Mapping[type, Callable[[Any], object]]] = {
            FromEditor: lambda event: self._sharing.hear(event.client, event.message),
            EditorLeft: lambda event: self._sharing.leave(event.client),
            WorkersAwaited: lambda event: self._joining.await_workers(event.container, event.keys),
            WorkerJoined: lambda event: self._joining.join(event.worker),
            FromWorker: self._from_worker,
            WorkerLeft: minding.worker_left,
            FilesFound: self._joining.take_files,
            ContainerTroubled: minding.troubled,
            ProcessesMissing: lambda event: self._state.miss(event.container, event.sentences),
            Explained: lambda event: self._state.explain(event.path, event.sentence),
            Tick: lambda _: None,
        }
        self._wake: float | None = None
        """The earliest moment the shell was asked to wake us at and has not yet."""

    def receive(self, event: Input, now: float) -> list[Output]:
        """Take one input; give what is to be done, in order."""
        state = self._state
        if isinstance(event, Tick):
            self._wake = None
        state.agenda.advance(now)
        self._by_input[type(event)](event)
        soonest = state.agenda.next
        if soonest is not None and (self._wake is None or soonest < self._wake):
            self._wake = soonest
            state.outputs.append(WakeAt(soonest))
        outputs = list(state.outputs)
        state.outputs.clear()
        return outputs

    def snapshot(self) -> SessionView:
        """Look at the session."""
        return session_view(self._state)

    def _from_editor(self, message: Message) -> None:
        request = self._state.editor.open(message)
        try:
            self._serve(request)
        except RefusalError as refusal:
            self._state.editor.refuse(request, refusal.message)

    def _serve(self, request: Request) -> None:
        if self._state.editor.is_flooded:
            text = "too many requests are open"
            raise RefusalError(text)
        self._answering.check_order(request)
        route = ROUTES.get(request.command)
        serve = self._by_command.get(request.command)
        if route is None:
            text = f"hatchway knows no request {request.command:.40}"
            raise RefusalError(text)
        if route is Route.REFUSED:
            raise RefusalError(REASONS.get(request.command, DEFAULT_REASON))
        if serve is not None:
            serve(request)
        elif route is Route.ALL:
            self._wishes.serve(request)
        else:
            self._asking.serve(request, route)

    def _from_worker(self, event: FromWorker) -> None:
        link = self._state.roster.get(event.key)
        if link is None:
            return
        try:
            kind = messages.check(event.message)
        except RemoteProtocolError:
            return  # from a program we do not trust; what waits for an answer runs out of patience
        if kind is messages.Kind.RESPONSE:
            link.take_response(event.message)
        elif kind is messages.Kind.EVENT:
            self._hearing.hear(link, event.message)
        else:
            link.refuse(event.message, "a worker asks nothing of the editor")
