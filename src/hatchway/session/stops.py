"""The stop queue: which parked thread the editor is shown.

Theory: VS Code finds its way among several stops at once (the direct view). Others lose the first when a
second comes, or even continue it by themselves (facts/dap.md, 0.3): they are shown one stop at a time (the
queue view), and the next when the shown thread runs on, its worker is gone, or a step of it did not end in a
stop soon enough. While no editor is configured, stops are kept for it, whatever the view. Some clients also
make the thread of *any* thread event current, so in the queue view such events of other workers wait until
nothing is shown.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from hatchway.model import WorkerKey
from hatchway.session.agenda import Agenda
from hatchway.session.editor import Editor
from hatchway.session.settings import StopView
from hatchway.session.workers import Stop

if TYPE_CHECKING:
    from collections.abc import Mapping

HELD_LIMIT: Final = 1000
"""Most thread events held back; beyond that the oldest are let go of. Clients ask for `threads` anyway."""


class StopQueue:
    """Stops told and yet to be told."""

    def __init__(self, editor: Editor, agenda: Agenda, step_patience: float) -> None:
        """Nothing is stopped, nobody listens."""
        self.view = StopView.QUEUE
        self.focus = 0
        """The thread handle the user looks at: that of the last stop told or the last stack asked for."""
        self._editor = editor
        self._agenda = agenda
        self._step_patience = step_patience
        self._is_open = False
        self._shown: Stop | None = None
        self._step: int | None = None
        self._told: dict[int, Stop] = {}
        self._waiting: dict[int, Stop] = {}
        self._held: dict[int, tuple[WorkerKey, Mapping[str, Any]]] = {}

    @property
    def told(self) -> list[Stop]:
        """List the stops the editor knows."""
        return list(self._told.values())

    @property
    def waiting(self) -> list[Stop]:
        """List the stops that are kept for later."""
        return list(self._waiting.values())

    def open(self, view: StopView) -> None:
        """An editor is ready: show it what is stopped."""
        self.view = view
        self._is_open = True
        self._show_next()

    def close(self) -> None:
        """The editor is gone: what it knew counts as untold, for the next one."""
        self._is_open = False
        self._end_show()
        self._waiting = self._told | self._waiting
        self._told = {}
        self._held = {}
        self.focus = 0

    def arrive(self, stop: Stop) -> None:
        """A thread parked."""
        self._told.pop(stop.thread, None)
        self._waiting.pop(stop.thread, None)
        self._waiting[stop.thread] = stop
        if self._shown is not None and self._shown.thread == stop.thread:
            self._end_show()
            self._tell(stop)
        else:
            self._show_next()

    def left(self, thread: int, *, stepping: bool = False) -> None:
        """A thread runs on, or is over; a step will probably stop again, so the view waits a little."""
        self._told.pop(thread, None)
        self._waiting.pop(thread, None)
        if self._shown is None or self._shown.thread != thread:
            return
        if stepping:
            self._agenda.cancel(self._step)
            self._step = self._agenda.after(self._step_patience, self._move_on)
        else:
            self._move_on()

    def worker_gone(self, worker: WorkerKey, threads: Iterable[int]) -> None:
        """A worker is gone with all its threads; say so before the next stop is shown."""
        for thread in [stop.thread for stop in [*self.told, *self.waiting] if stop.worker == worker]:
            self._told.pop(thread, None)
            self._waiting.pop(thread, None)
        was_shown = self._shown is not None and self._shown.worker == worker
        for thread in threads:
            self.announce(worker, thread, "exited")
        if was_shown:
            self._move_on()

    def announce(self, worker: WorkerKey, thread: int, reason: str) -> None:
        """Tell of a thread's start or end, now or when it disturbs nobody."""
        body = {"reason": reason, "threadId": thread}
        if not self._editor.is_listening:
            return
        if self.view is StopView.DIRECT or self._shown is None or self._shown.worker == worker:
            self._editor.tell("thread", body)
        elif reason == "exited" and thread in self._held:
            del self._held[thread]  # began and ended unseen
        else:
            self._held[thread] = (worker, body)
            if len(self._held) > HELD_LIMIT:
                del self._held[next(iter(self._held))]

    def is_told(self, thread: int) -> bool:
        """Tell whether the editor knows that a thread is parked."""
        return thread in self._told

    def _show_next(self) -> None:
        while self._is_open and self._waiting and (self.view is StopView.DIRECT or self._shown is None):
            self._tell(next(iter(self._waiting.values())))

    def _tell(self, stop: Stop) -> None:
        del self._waiting[stop.thread]
        self._told[stop.thread] = stop
        self.focus = stop.thread
        if self.view is StopView.QUEUE:
            self._shown = stop
        self._editor.tell("stopped", stop.body)

    def _move_on(self) -> None:
        self._end_show()
        held, self._held = self._held, {}
        for _, body in held.values():
            self._editor.tell("thread", body)
        self._show_next()

    def _end_show(self) -> None:
        self._agenda.cancel(self._step)
        self._step = None
        self._shown = None
