"""How a session ends: at once, or after the grace an editor gets that says it restarts.

Theory: VS Code's restart is `disconnect {restart: true}` and, a moment later, a new connection. So the
workers stay attached with their breakpoints for a few seconds; what was parked is let run, what parks
meanwhile is kept for the next editor. In all other cases, and when the grace is over, every worker is let go:
`disconnect`, which resumes its threads, then its connection is closed.
"""

from hatchway.session.editor import Phase, Request
from hatchway.session.events import Dismiss
from hatchway.session.moving import Moving
from hatchway.session.state import State
from hatchway.session.workers import Cue, Life, WorkerLink

NEVER_GREETED = frozenset({Life.WAITING, Life.AUTHORIZING})


class Leaving:
    """Serves the requests and inputs by which an editor goes."""

    def __init__(self, state: State, moving: Moving) -> None:
        """Work on the session's state."""
        self._state = state
        self._moving = moving

    def disconnect(self, request: Request) -> None:
        """End the conversation, for good or to begin another."""
        state = self._state
        state.editor.answer(request)
        if state.editor.phase is Phase.ENDED:
            return
        state.editor.end()
        if request.arguments.get("restart") is True and state.attach is not None:
            state.stops.close()
            self._moving.release_all()
            state.grace = state.agenda.after(state.settings.restart_grace, self._grace_over)
        else:
            self.dismiss()

    def terminate(self, request: Request) -> None:
        """Let the workers go: hatchway detaches from programs, it does not kill them."""
        self._state.editor.answer(request)
        self.dismiss()
        self._state.editor.tell("terminated")

    def editor_left(self) -> None:
        """Take note that the connection is gone."""
        self._state.editor.leave()
        self._state.stops.close()
        if self._state.grace is None:
            self.dismiss()

    def stay(self) -> None:
        """The next editor is here: nobody needs to go."""
        self._state.agenda.cancel(self._state.grace)
        self._state.grace = None

    def dismiss(self) -> None:
        """Let all workers go, and let no more come."""
        state = self._state
        state.stops.close()
        if state.attach is not None:
            state.outputs.append(Dismiss())
        state.awaited.clear()
        state.attach = None
        state.is_released = False
        for link in state.roster:
            self._let_go(link)

    def _grace_over(self) -> None:
        self._state.grace = None
        self.dismiss()

    def _let_go(self, link: WorkerLink) -> None:
        state = self._state
        if link.life is Life.LEAVING:
            return
        is_stranger = link.life in NEVER_GREETED
        link.move(Cue.DISMISSED)
        if is_stranger:
            state.drop(link, "the session is over")
            return
        link.ask(
            "disconnect",
            {"terminateDebuggee": False},
            lambda _: state.drop(link, "the session is over"),
            state.settings.drop_patience,
        )
