"""One question to several workers: wait for all, settle with what came, exactly once."""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from hatchway.model import WorkerKey
from hatchway.session.agenda import Agenda
from hatchway.session.workers import Reply

Settle: TypeAlias = Callable[[dict[WorkerKey, Reply]], None]


class Gather:
    """Settled when the last worker replied, left or was waited for long enough."""

    def __init__(self, waiting: Iterable[WorkerKey], settle: Settle, agenda: Agenda, patience: float) -> None:
        """Wait for these; with nobody to wait for, `start` settles at once."""
        self.waiting: Final = set(waiting)
        self.replies: Final[dict[WorkerKey, Reply]] = {}
        self._settle = settle
        self._agenda = agenda
        self._ticket: int | None = agenda.after(patience, self.lapse)

    def start(self) -> None:
        """Settle if nobody was asked; called when all are."""
        self._check()

    def take(self, key: WorkerKey, reply: Reply) -> None:
        """Note a worker's reply, or that it will never reply."""
        self.waiting.discard(key)
        if not reply.lost:
            self.replies[key] = reply
        self._check()

    def lapse(self) -> None:
        """Stop waiting."""
        self.waiting.clear()
        self._check()

    def _check(self) -> None:
        if not self.waiting and self._ticket is not None:
            self._agenda.cancel(self._ticket)
            self._ticket = None
            self._settle(self.replies)
