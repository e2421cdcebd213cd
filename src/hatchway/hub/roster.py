"""What runs and how it fares, as plain JSON: the surveys of all containers joined with the session's view."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from hatchway.model import Container, Missing, ProcessState, WorkerKey
from hatchway.session.view import SessionView

_TOLD = ("pid", "ppid", "role", "server", "server_version", "title", "python", "because", "score", "argv")


def unattached(process: Mapping[str, Any]) -> ProcessState:
    """Return the state, by its survey, of a process that is in no session."""
    is_waiting = process.get("state") == ProcessState.WAITING
    return ProcessState.WAITING if is_waiting else ProcessState.DORMANT


def listing(
    roster: Iterator[tuple[Container, Mapping[str, Any]]],
    missing: Iterator[tuple[Container, Missing]],
    view: SessionView,
    busy: Mapping[str, int],
) -> dict[str, Any]:
    """Return `{"processes": [...], "missing": [...], "editor": ..., "stops": [...]}`, by service and pid.

    `busy` says by birth how many requests or tasks a process has in flight, of those whose server tells.
    """
    workers = {known.worker.key: known for known in view.workers}
    processes = []
    for container, process in roster:
        key = WorkerKey(container.id, int(process["pid"]), str(process["birth"]))
        known = workers.get(key)
        state = known.state if known else unattached(process)
        title = (known and known.worker.title) or process.get("title") or process.get("server") or "python"
        told = {name: process.get(name, "") for name in _TOLD}
        processes.append(
            {
                "service": container.service,
                "container": container.name,
                **told,
                "title": title,
                "state": state,
                "busy": busy.get(key.birth),
            }
        )
    processes.sort(key=lambda process: (process["service"], process["container"], process["pid"]))
    return {
        "processes": processes,
        "missing": missing_listing(missing),
        "editor": view.client,
        "stops": [asdict(stop) for stop in view.stops],
    }


def missing_listing(missing: Iterable[tuple[Container, Missing]]) -> list[dict[str, Any]]:
    """Return the processes that cannot be debugged, by service and pid."""
    listed = [{"service": c.service, "container": c.name, **asdict(one)} for c, one in missing]
    return sorted(listed, key=lambda one: (one["service"], one["container"], one["pid"]))
