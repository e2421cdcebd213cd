"""How the user wants the session to behave: frozen, given once, overridden in part by attach arguments."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class StopView(StrEnum):
    """How the editor is shown that several workers stopped."""

    AUTO = "auto"
    DIRECT = "direct"
    """Every stop at once."""
    QUEUE = "queue"
    """One at a time, the next when the shown thread runs on."""


DIRECT_CLIENTS = frozenset({"vscode", "hatchway-pdb"})
"""Clients that find their way among several stops at once (facts/dap.md, 0.3). All others lose some."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The session's settings; times are in seconds."""

    stop_view: StopView | str = StopView.AUTO
    gather_patience: float = 1.0
    """How long an answer waits for the slowest worker."""
    step_patience: float = 0.5
    """How long a step may go on before the next stop is shown."""
    restart_grace: float = 5.0
    """How long an editor that said `restart` may take to come back."""
    await_patience: float = 3.0
    """How long breakpoints stay pending for workers that were rung and do not dial in."""
    drop_patience: float = 1.0
    """How long a worker may take to answer its `disconnect`."""
    quick_patience: float = 10.0
    """How long a worker may take for what pydevd answers by itself."""
    slow_patience: float = 600.0
    """How long a worker may take for what runs the user's code."""

    def with_arguments(self, arguments: Mapping[str, Any]) -> "Settings":
        """Apply what an attach request says under `hatchway`; what is malformed says nothing."""
        own = arguments.get("hatchway")
        view = own.get("stopView") if isinstance(own, Mapping) else None
        return replace(self, stop_view=StopView(view)) if view in list(StopView) else self

    def view_for(self, client: str) -> StopView:
        """Decide for a client."""
        view = StopView(self.stop_view)
        if view is not StopView.AUTO:
            return view
        return StopView.DIRECT if client in DIRECT_CLIENTS else StopView.QUEUE
