"""The session as seen from outside: frozen values for `ps`, the page and the `hatchwaySnapshot` request."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from hatchway.model import ProcessState, Worker
from hatchway.session.state import State
from hatchway.session.workers import Life, WorkerLink

STATES: Final[Mapping[Life, ProcessState]] = {
    Life.WAITING: ProcessState.DORMANT,
    Life.AUTHORIZING: ProcessState.ARMED,
    Life.GREETING: ProcessState.ARMED,
    Life.ATTACHING: ProcessState.ARMED,
    Life.READY: ProcessState.ARMED,
    Life.RELEASED: ProcessState.ARMED,
    Life.CONFIGURED: ProcessState.ARMED,
    Life.LIVE: ProcessState.ATTACHED,
    Life.LEAVING: ProcessState.ARMED,
}


@dataclass(frozen=True, slots=True)
class ThreadView:
    """One thread, by the id the editor knows it by."""

    id: int
    name: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class WorkerView:
    """One worker and how it fares."""

    worker: Worker
    state: ProcessState
    threads: tuple[ThreadView, ...]


@dataclass(frozen=True, slots=True)
class StopView:
    """One parked thread; `shown` tells whether the editor knows of it."""

    thread: int
    worker: str
    reason: str
    shown: bool


@dataclass(frozen=True, slots=True)
class ClientView:
    """One client; the one that holds the controls is shown the stops."""

    name: str
    phase: str
    controls: bool


@dataclass(frozen=True, slots=True)
class SessionView:
    """Everything at one moment."""

    editor: str
    """The phase of its conversation: absent, greeted, attached, configured, ended."""
    client: str
    clients: tuple[ClientView, ...]
    workers: tuple[WorkerView, ...]
    stops: tuple[StopView, ...]

    def to_body(self) -> dict[str, Any]:
        """Make the body of a `hatchwaySnapshot` response."""
        return {
            "editor": {"phase": self.editor, "client": self.client},
            "clients": [asdict(client) for client in self.clients],
            "workers": [
                {
                    "key": asdict(view.worker.key),
                    "label": view.worker.label,
                    "service": view.worker.service,
                    "role": str(view.worker.role),
                    "title": view.worker.title,
                    "server": view.worker.server,
                    "serverVersion": view.worker.server_version,
                    "python": view.worker.python,
                    "state": str(view.state),
                    "threads": [asdict(thread) for thread in view.threads],
                }
                for view in self.workers
            ],
            "stops": [asdict(stop) for stop in self.stops],
        }


def session_view(state: State) -> SessionView:
    """Look at the session."""
    labels = {link.key: link.label for link in state.roster}
    stops = [
        StopView(stop.thread, labels[stop.worker], str(stop.body.get("reason", "")), shown)
        for shown, group in ((True, state.stops.told), (False, state.stops.waiting))
        for stop in group
        if _is_parked(state, stop.thread)
    ]
    return SessionView(
        editor=state.editor.phase.name.lower(),
        client=state.editor.client,
        clients=tuple(
            ClientView(client.name, client.phase.name.lower(), client is state.clients.holder)
            for client in state.clients
            if client.is_conversing
        ),
        workers=tuple(_worker_view(link) for link in state.roster),
        stops=tuple(stops),
    )


def _is_parked(state: State, thread: int) -> bool:
    """Tell whether a stop still stands: the queue only follows when the editor's continue was answered."""
    found = state.thread_of(thread)
    return found is not None and found[1].stopped


def _worker_view(link: WorkerLink) -> WorkerView:
    threads = tuple(
        ThreadView(thread.handle, thread.name or f"thread {thread.native}", thread.stopped)
        for thread in link.threads.values()
    )
    is_stopped = any(thread.stopped for thread in threads)
    return WorkerView(link.worker, ProcessState.STOPPED if is_stopped else STATES[link.life], threads)
