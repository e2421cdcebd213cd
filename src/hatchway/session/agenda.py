"""What is to be done later: deadlines in order, on the clock that `receive` is told."""

from collections.abc import Callable
from typing import TypeAlias

Action: TypeAlias = Callable[[], None]


class Agenda:
    """Deadlines by ticket. The core never waits; the shell wakes it at `next`."""

    def __init__(self) -> None:
        """Start with nothing to do, at time zero."""
        self.now = 0.0
        self._tickets = 0
        self._actions: dict[int, tuple[float, Action]] = {}

    def after(self, seconds: float, action: Action) -> int:
        """Do something later; give the ticket to cancel it with."""
        self._tickets += 1
        self._actions[self._tickets] = (self.now + seconds, action)
        return self._tickets

    def cancel(self, ticket: int | None) -> None:
        """Forget about it; also fine if it is done, or never was."""
        if ticket is not None:
            self._actions.pop(ticket, None)

    def advance(self, now: float) -> None:
        """Let time pass and do what is due, the earliest first. A clock going back stands still."""
        self.now = max(self.now, now)
        due = sorted((when, ticket) for ticket, (when, _) in self._actions.items() if when <= self.now)
        for _, ticket in due:
            _, action = self._actions.pop(ticket, (0.0, None))
            if action is not None:  # None: an earlier one cancelled it
                action()

    @property
    def next(self) -> float | None:
        """When to look again."""
        return min((when for when, _ in self._actions.values()), default=None)
