"""What the loop wants to hear of one file; also nothing, which the standard selectors do not know."""

from __future__ import annotations

import selectors
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable


class Interest:
    """One file's place in a selector. Call `fire` with each event the selector reports for it."""

    def __init__(
        self, selector: selectors.BaseSelector, file: int | socket.socket, on_event: Callable[[int], None]
    ) -> None:
        """Want nothing at first."""
        self._selector = selector
        self._file = file
        self._on_event = on_event
        self._wanted = 0
        self._is_dropped = False

    def want(self, *, read: bool = False, write: bool = False) -> None:
        """Want just these events from now on."""
        wanted = (selectors.EVENT_READ if read else 0) | (selectors.EVENT_WRITE if write else 0)
        if wanted == self._wanted or self._is_dropped:
            return
        if not wanted:
            self._selector.unregister(self._file)
        elif not self._wanted:
            self._selector.register(self._file, wanted, self)
        else:
            self._selector.modify(self._file, wanted, self)
        self._wanted = wanted

    def drop(self) -> None:
        """Want nothing any more; to be called before the file is closed."""
        self.want()
        self._is_dropped = True

    def fire(self, events: int) -> None:
        """Pass an event on, unless another one of the same round has made an end to this."""
        if not self._is_dropped:
            self._on_event(events)
