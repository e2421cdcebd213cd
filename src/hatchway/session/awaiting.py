"""The workers that were rung and have not dialled in: till then a breakpoint is not armed everywhere.

Theory: a process that sleeps where it cannot hear the doorbell must not keep every breakpoint pending, so the
wait has an end. Newborn workers are not waited for: they are held until they are armed.
"""

from collections.abc import Callable, Iterable

from hatchway.model import WorkerKey
from hatchway.session.agenda import Agenda


class Awaiting:
    """Who is still on the way, per container."""

    def __init__(self, agenda: Agenda, patience: float, changed: Callable[[], None]) -> None:
        """Wait `patience` seconds at most; call `changed` when the wait was given up."""
        self._agenda = agenda
        self._patience = patience
        self._changed = changed
        self._keys: set[WorkerKey] = set()
        self._ticket: int | None = None

    def __bool__(self) -> bool:
        """Tell whether anybody is on the way."""
        return bool(self._keys)

    def replace(self, container: str, keys: Iterable[WorkerKey]) -> None:
        """Learn who of a container is on the way now."""
        others = {key for key in self._keys if key.container != container}
        self._keys = others | set(keys)
        if self._keys and self._ticket is None:
            self._ticket = self._agenda.after(self._patience, self._give_up)

    def arrived(self, key: WorkerKey) -> None:
        """Note that one has dialled in."""
        self._keys.discard(key)

    def clear(self) -> None:
        """Await nobody any more."""
        self._keys.clear()
        self._agenda.cancel(self._ticket)
        self._ticket = None

    def _give_up(self) -> None:
        self.clear()
        self._changed()
