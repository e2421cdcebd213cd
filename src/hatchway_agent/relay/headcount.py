"""Asks the attached processes how much they have in flight, and tells each answer as it comes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hatchway_agent.relay.call import Call

if TYPE_CHECKING:
    import selectors
    from collections.abc import Callable, Iterable

    from hatchway_agent.survey.traces import Trace


_LONGEST = 10
"""Bytes of an answer."""


class Headcount:
    """Asks when told to, and never whom it still waits for."""

    def __init__(
        self, selector: selectors.BaseSelector, directory: str, tell: Callable[[str, int], None]
    ) -> None:
        """Ask nobody yet. `tell` is given the birth of a process, and its number."""
        self._selector = selector
        self._directory = directory
        self._tell = tell
        self._calls: dict[str, Call] = {}

    def ask(self, traces: Iterable[Trace], token: str) -> None:
        """Ask each of these processes; who is not among them any more is waited for no longer."""
        asked = {trace.birth: trace for trace in traces}
        for birth in set(self._calls) - set(asked):
            self._calls.pop(birth).hang_up()
        line = json.dumps({"token": token, "verb": "busy"}).encode() + b"\n"
        for birth, trace in asked.items():
            if birth not in self._calls or self._calls[birth].is_over:
                path = f"{self._directory}/{trace.name}.sock"
                self._calls[birth] = Call(self._selector, path, line, self._teller(birth))

    def end(self) -> None:
        """Wait for nobody."""
        for call in self._calls.values():
            call.hang_up()
        self._calls.clear()

    def _teller(self, birth: str) -> Callable[[bytes], None]:
        def tell(answer: bytes) -> None:
            if answer.strip().isdigit() and len(answer) <= _LONGEST:  # else it cannot tell
                self._tell(birth, int(answer))

        return tell
