"""Requests that the hub answers by itself, and the order in which a session may begin."""

from typing import TYPE_CHECKING, Final

from hatchway.session.capabilities import DEBUGPY_VERSION, capabilities_for
from hatchway.session.editor import Phase, Request
from hatchway.session.joining import Joining
from hatchway.session.leaving import Leaving
from hatchway.session.paths import PathMap
from hatchway.session.state import State
from hatchway.session.translate import RefusalError
from hatchway.session.view import session_view
from hatchway.session.wishes import Wishes
from hatchway_agent import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALWAYS: Final = frozenset({"hatchwaySnapshot", "disconnect"})
"""What may be asked in any phase."""


class Answering:
    """Serves the LOCAL route."""

    def __init__(self, state: State, joining: Joining, leaving: Leaving, wishes: Wishes) -> None:
        """Work on the session's state."""
        self._state = state
        self._joining = joining
        self._leaving = leaving
        self._wishes = wishes
        self._is_early = False
        """`configurationDone` came before `attach`: some clients attach last."""
        self.table: Final[Mapping[str, Callable[[Request], None]]] = {
            "initialize": self._initialize,
            "attach": self._attach,
            "configurationDone": self._configuration_done,
            "disconnect": leaving.disconnect,
            "terminate": leaving.terminate,
            "cancel": state.editor.answer,
            "debugpySystemInfo": self._system_info,
            "hatchwaySnapshot": self._snapshot,
        }

    def check_order(self, request: Request) -> None:
        """Refuse what may not be asked any more."""
        phase = self._state.editor.phase
        if request.command in ALWAYS:
            return
        if phase is Phase.ENDED:
            text = "the session is over: connect again"
            raise RefusalError(text)

    def _initialize(self, request: Request) -> None:
        state = self._state
        if state.editor.phase is not Phase.ABSENT:
            text = "the session is initialized already"
            raise RefusalError(text)
        self._is_early = False
        self._leaving.stay()
        state.ledger.visit += 1
        state.editor.greet(request.arguments)
        state.editor.answer(request, capabilities_for(state.editor.client))
        state.editor.tell("initialized")

    def _attach(self, request: Request) -> None:
        state = self._state
        if state.editor.phase is not Phase.GREETED:
            text = "the session is attached already"
            raise RefusalError(text)
        state.attach = request.arguments
        state.settings = state.defaults.with_arguments(request.arguments)
        state.paths = PathMap.of_arguments(request.arguments)
        state.editor.phase = Phase.ATTACHED
        state.editor.answer(request)
        self._wishes.tell_differences()
        state.missing.tell_all()
        self._joining.summon()
        if self._is_early:
            self._configured()

    def _configuration_done(self, request: Request) -> None:
        self._state.editor.answer(request)
        if self._state.editor.phase is Phase.GREETED:
            self._is_early = True
        elif self._state.editor.phase is Phase.ATTACHED:
            self._configured()

    def _configured(self) -> None:
        state = self._state
        state.editor.phase = Phase.CONFIGURED
        if state.attach is None:  # it had itself detached meanwhile
            return
        state.is_released = True
        self._wishes.clear_unsent()
        self._joining.release()
        state.stops.open(state.settings.view_for(state.editor.client))

    def _system_info(self, request: Request) -> None:
        workers = [
            {"label": link.label, "python": link.worker.python, "pid": link.worker.key.pid}
            for link in self._state.roster
        ]
        body = {"hatchway": {"version": VERSION}, "debugpy": {"version": DEBUGPY_VERSION}, "workers": workers}
        self._state.editor.answer(request, body)

    def _snapshot(self, request: Request) -> None:
        self._state.editor.answer(request, session_view(self._state).to_body())
