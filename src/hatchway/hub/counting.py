"""How much each worker of a container has in flight: asked only while somebody looks, told a look later."""

import asyncio
from collections.abc import Callable, Mapping

PACE = 0.25
"""Seconds between two questions at least, however many look."""
FRESH = 3.0
"""Seconds after which an answer is of no use."""


class Counting:
    """Asks by frames that are answered by others, whenever they are: who looks waits for nobody."""

    def __init__(self, ask: Callable[[], None]) -> None:
        """Take how to ask the relay."""
        self._ask = ask
        self._asked_at = -FRESH
        self._answers: dict[str, int] = {}
        self._told: Mapping[str, int] = {}

    def take(self, answers: Mapping[str, int]) -> None:
        """Take answers, by the birth of a process."""
        self._answers.update(answers)

    def look(self) -> Mapping[str, int]:
        """Return what was answered since the question before, and ask anew."""
        since = asyncio.get_running_loop().time() - self._asked_at
        if since >= PACE:
            self._told, self._answers = self._answers if since < FRESH else {}, {}
            self._asked_at += since
            self._ask()
        return self._told
