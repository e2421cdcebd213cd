"""Who there is: workers by their names, the threads that stand still and wait for their turn."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

_LABEL: Final = re.compile(r"\[?(\S+)/(\d+)\b")
PLAIN: Final = "Pdb"
"""The prompt where there is nothing to tell apart."""
IDLE: Final = "hatchway"
"""The prompt where nothing is stopped."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """One thread that stands still."""

    thread: int
    label: str
    """Its worker's, `web/23`."""
    body: Mapping[str, Any]


@dataclass(slots=True)
class Crew:
    """The workers as the hub told last, and the stops not looked at yet."""

    processes: Sequence[Mapping[str, Any]] = ()
    waiting: dict[int, Stopped] = field(default_factory=dict)
    """By thread, in the order they came."""
    pausing: set[int] = field(default_factory=set)
    """Threads that were asked to pause and run on still."""

    def arrive(self, body: Mapping[str, Any]) -> Stopped | None:
        """Queue a stop."""
        thread = body.get("threadId")
        if not isinstance(thread, int):
            return None
        stop = Stopped(thread, label_of(str(body.get("text", ""))), body)
        self.pausing.discard(thread)
        self.waiting.pop(thread, None)
        self.waiting[thread] = stop
        return stop

    def left(self, thread: int) -> None:
        """Forget a stop: the thread runs, or is over."""
        self.waiting.pop(thread, None)

    def next(self) -> Stopped | None:
        """Take the oldest stop."""
        return self.waiting.pop(next(iter(self.waiting))) if self.waiting else None

    def workers(self) -> list[Mapping[str, Any]]:
        """List the processes that serve, as `workers` numbers them."""
        return [process for process in self.processes if process.get("role") in ("worker", "beat")]

    def find(self, label: str) -> Mapping[str, Any] | None:
        """Find a process by its label."""
        return next((process for process in self.processes if label_for(process) == label), None)

    def by_number(self, text: str) -> Mapping[str, Any] | None:
        """Find a worker by its number in the list, or by its pid."""
        workers = self.workers()
        if not text.isdecimal():
            return None
        if 1 <= int(text) <= len(workers):
            return workers[int(text) - 1]
        return next((process for process in workers if process.get("pid") == int(text)), None)

    def prompt(self, label: str) -> str:
        """Write the prompt of a worker; of none if the label is empty."""
        if not label:
            return f"({IDLE}{self._more()}) "
        process = self.find(label)
        if process is None:
            return f"({label}{self._more()}) "
        is_alone = len(self.workers()) <= 1 and process.get("server") == "python"
        return f"({PLAIN if is_alone else name_of(process)}{self._more()}) "

    def _more(self) -> str:
        return f", {len(self.waiting)} more waiting" if self.waiting else ""


def label_of(text: str) -> str:
    """Read the worker's label at the beginning of what the hub says of it."""
    found = _LABEL.match(text)
    return f"{found[1]}/{found[2]}" if found else ""


def label_for(process: Mapping[str, Any]) -> str:
    """Write the label of a process of the snapshot's."""
    return f"{process.get('service')}/{process.get('pid')}"


def name_of(process: Mapping[str, Any]) -> str:
    """Name a worker as people do: `web-1 gunicorn 3`."""
    service, container = str(process.get("service", "")), str(process.get("container", ""))
    # A container of Compose's is named PROJECT-SERVICE-NUMBER.
    found = re.search(rf"(?:^|[-_])({re.escape(service)}[-_]\d+)$", container)
    title = re.sub(r"\s+worker\b", "", str(process.get("title", "")))
    if not re.search(r"\d", title):
        title = f"{title} {process.get('pid')}"
    return f"{found[1] if found else service} {title}".strip()
