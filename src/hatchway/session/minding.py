"""What befalls a container while a thread of it is parked, told once in the editor and at the terminal.

Theory: a parked thread answers no health check. Docker itself only notes that; what restarts or drops the
unhealthy is outside our reach, so the person is told before it happens and when it did. The news of a
container's end and that of its workers' end come on two ways: who was parked there is remembered a while.
"""

from collections.abc import Mapping
from typing import Final

from hatchway.model import Trouble
from hatchway.session.events import Announce, ContainerTroubled, WorkerLeft
from hatchway.session.state import State

REMEMBERED: Final = 5.0
"""Seconds for which it counts that a worker was lost with a thread of it parked."""

_OUTLOOK: Final[Mapping[Trouble, str]] = {
    Trouble.FAILING: (
        "Docker lets it be, an autohealer or a proxy may drop it. Continue soon, or stop that meanwhile."
    ),
    Trouble.UNHEALTHY: (
        "an autohealer may restart it, a proxy drop it. Continue soon, or stop that meanwhile."
    ),
    Trouble.ENDING: "continue now, or what it does is lost.",
    Trouble.ENDED: "what it did is lost. Breakpoints wait for the next one.",
}


class Minding:
    """Serves what engines tell of containers."""

    def __init__(self, state: State) -> None:
        """Work on the session's state."""
        self._state = state
        self._told: dict[tuple[str, Trouble], int] = {}
        """In which of the editor's visits each trouble of a container was told last."""
        self._lost: dict[str, str] = {}
        """By container: who was parked there when it was lost."""

    def troubled(self, event: ContainerTroubled) -> None:
        """Tell of a trouble, if a thread is parked there and this was not told yet."""
        is_over = event.trouble is Trouble.ENDED
        paused = self._paused(event.container)
        who = paused or (self._lost.pop(event.container, "") if is_over else "")
        about = (event.container, event.trouble)
        visit = self._state.editor.visit
        if who and self._told.get(about) != visit:
            self._told[about] = visit
            text = f"{event.what} while {who} {'was' if is_over else 'is'} paused: {_OUTLOOK[event.trouble]}"
            self._state.editor.say(f"hatchway: {text}", "important")
            self._state.outputs.append(Announce(text))
        if is_over:
            # Whatever comes under this name now is another life.
            for trouble in Trouble:
                self._told.pop((event.container, trouble), None)

    def worker_left(self, event: WorkerLeft) -> None:
        """Take a worker out of the session."""
        container = event.key.container
        if who := self._paused(container):
            self._lost[container] = who
            self._state.agenda.after(REMEMBERED, lambda: self._forget(container))
        self._state.lose(event.key, event.why)

    def _forget(self, container: str) -> None:
        self._lost.pop(container, None)

    def _paused(self, container: str) -> str:
        """Name the workers of a container that have a parked thread; empty if none has."""
        links = (link for link in self._state.roster if link.key.container == container)
        labels = [link.label for link in links if any(thread.stopped for thread in link.threads.values())]
        more = f" (and {len(labels) - 1} more)" if len(labels) > 1 else ""
        return f"{labels[0]}{more}" if labels else ""
