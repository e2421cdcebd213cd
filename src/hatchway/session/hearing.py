"""What the hub does with each event of a worker; one that is not in the table is swallowed."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hatchway.dap.messages import is_id
from hatchway.session.events import Message
from hatchway.session.joining import Joining
from hatchway.session.moving import ASKED_FOR, Moving
from hatchway.session.output import prefixed
from hatchway.session.state import State
from hatchway.session.wishes import Wishes
from hatchway.session.workers import Life, Stop, WorkerLink

if TYPE_CHECKING:
    from collections.abc import Callable

CATEGORY_LIMIT: Final = 20
"""Most output categories remembered per worker; a worker may invent names."""

LONGEST_TITLE: Final = 200

_PAUSED: Final = {"pause": "Paused", "step": "Paused after a step", "goto": "Paused after a jump"}
"""What editors say of a stop, where `Paused on ...` would be no English."""


class Hearing:
    """Serves workers' events. Their `initialized` and `terminated` never reach the editor."""

    def __init__(self, state: State, joining: Joining, wishes: Wishes, moving: Moving) -> None:
        """Work on the session's state."""
        self._state = state
        self._moving = moving
        self._wishes = wishes
        self._table: Final[Mapping[str, Callable[[WorkerLink, Message], None]]] = {
            "hatchwayArmed": lambda link, _: joining.hear_armed(link),
            "hatchwayNamed": self._named,
            "stopped": self._stopped,
            "continued": self._continued,
            "thread": self._thread,
            "process": self._process,
            "output": self._output,
            "breakpoint": self._breakpoint,
            "exited": self._exited,
            "terminated": lambda link, _: state.drop(link, "it ended"),
        }

    def hear(self, link: WorkerLink, message: Message) -> None:
        """Act on an event."""
        act = self._table.get(message["event"])
        if act is not None and link.life is not Life.LEAVING:
            body = message.get("body")
            act(link, body if isinstance(body, Mapping) else {})

    def _named(self, link: WorkerLink, body: Message) -> None:
        """Take the worker's own word for its name, which it may not have known at its birth."""
        title = body.get("title")
        if isinstance(title, str) and title:
            link.worker = dataclasses.replace(link.worker, title=title[:LONGEST_TITLE])

    def _stopped(self, link: WorkerLink, body: Message) -> None:
        native: Any = body.get("threadId")
        if not is_id(native) or not link.is_serving:
            return
        thread = self._state.thread(link, native)
        self._state.park(thread)
        thread.reason = str(body.get("reason", ""))
        if thread.is_recalled and thread.reason in ASKED_FOR:
            self._moving.release(link, thread)
            return
        if thread.reason != "pause":
            thread.awaited_by = None
        told = self._state.outward(link).event("stopped", body) | _named(link.label, body)
        if not told.get("hitBreakpointIds"):
            told.pop("hitBreakpointIds", None)
        stop = Stop(link.key, thread.handle, told)
        if thread.move is None:
            self._state.stops.arrive(stop)
        else:
            thread.move.stop = stop  # shown when the editor has its answer

    def _continued(self, link: WorkerLink, body: Message) -> None:
        native: Any = body.get("threadId")
        thread = link.threads.get(native) if is_id(native) else None
        if thread is None:
            return
        is_told = self._state.stops.is_told(thread.handle)
        expected, thread.expects_continued = thread.expects_continued, False
        self._state.run_on(link, thread)
        if thread.move is not None:
            thread.move.ran = True  # the view moves when the editor has its answer
            return
        if is_told and not expected:
            self._state.editor.tell("continued", {"threadId": thread.handle, "allThreadsContinued": False})
        if not expected:
            self._state.stops.left(thread.handle)

    def _thread(self, link: WorkerLink, body: Message) -> None:
        native: Any = body.get("threadId")
        if not is_id(native):
            return
        thread = link.threads.get(native)
        if body.get("reason") == "exited":
            if thread is not None:
                self._state.end_thread(link, thread)
        elif thread is None:
            handle = self._state.thread(link, native).handle
            self._state.stops.announce(link.key, handle, "started")

    def _process(self, link: WorkerLink, _: Message) -> None:
        worker = link.worker
        body = {
            "name": f"{worker.service} {worker.role} ({worker.title})",
            "systemProcessId": worker.key.pid,
            "isLocalProcess": False,
            "startMethod": "attach",
        }
        if self._state.editor.is_listening:
            self._state.editor.tell("process", body)

    def _output(self, link: WorkerLink, body: Message) -> None:
        category, text = body.get("category", "console"), body.get("output")
        if category == "telemetry" or not isinstance(category, str) or not isinstance(text, str):
            return
        if len(link.line_open) > CATEGORY_LIMIT:
            link.line_open.clear()
        told: dict[str, Any] = self._state.outward(link).event("output", body)
        told["output"] = prefixed(link.label, category, text, link.line_open)
        if self._state.editor.is_listening:
            self._state.editor.tell("output", told)

    def _breakpoint(self, link: WorkerLink, body: Message) -> None:
        item = body.get("breakpoint")
        if isinstance(item, Mapping) and body.get("reason") != "removed":
            self._wishes.hear(link, item)

    def _exited(self, link: WorkerLink, body: Message) -> None:
        if body.get("pydevdReason") == "processReplaced":
            self._state.editor.say(f"{link.label} is being replaced by another program")
        else:
            self._state.editor.say(f"{link.label} exited with code {body.get('exitCode')}")


def _paused(body: Message) -> str:
    reason = str(body.get("reason", "pause"))
    return _PAUSED.get(reason, f"Paused on {reason}")


def _named(label: str, body: Message) -> dict[str, Any]:
    """Say which worker stopped, in the fields that editors show; and that it stopped alone."""
    text, description = body.get("text"), body.get("description")
    return {
        "text": f"{label}: {text}" if text else label,
        "description": f"{label}: {description}"
        if description
        else f"Paused on {body.get('reason')} in {label}",
        "allThreadsStopped": False,
    }
