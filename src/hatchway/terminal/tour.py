"""The guided tour: one breakpoint, and requests until every worker has stopped there."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from hatchway.errors import HatchwayError
from hatchway.terminal.case import Case
from hatchway.terminal.client import DapClient

ROUNDS = 5
"""How often a crowd of requests is sent at most until every worker had one."""
CROWD = 3
"""Requests per worker in one crowd."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One worker seen standing at the breakpoint."""

    worker: str
    pid: int
    file: str
    line: int
    function: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the tour has shown."""

    stops: tuple[Stop, ...]
    workers: frozenset[int]
    answers: tuple[bytes, ...]
    pids_before: frozenset[int]
    pids_after: frozenset[int]


def attach(client: DapClient, case: Case) -> None:
    """Attach as an editor does and set the breakpoint; return once it is armed.

    Raises `HatchwayError` if it cannot be.
    """
    client.request("initialize", {"clientID": "hatchway-tour", "adapterID": "hatchway"})
    client.event("initialized")
    client.request("attach", {"justMyCode": False})
    source = {"source": {"path": str(case.source)}, "breakpoints": [{"line": case.line}]}
    breakpoints = client.request("setBreakpoints", source)["breakpoints"]
    client.request("configurationDone")
    if not breakpoints[0]["verified"]:
        client.event("breakpoint", lambda body: bool(body["breakpoint"]["verified"]))


def tour(client: DapClient, case: Case, base: str, show: Callable[[Stop], None]) -> Outcome:
    """Send requests until every worker has stopped at the breakpoint and each request was answered.

    Raises `HatchwayError` if some worker never did.
    """
    before = worker_pids(client, case.server)
    stops: list[Stop] = []
    answers: list[bytes] = []
    with ThreadPoolExecutor(CROWD * len(before)) as crowd:
        for _ in range(ROUNDS):
            requests = [crowd.submit(case.request.send, base) for _ in range(CROWD * len(before))]
            for stop in _stops(client, case, requests):
                stops.append(stop)
                show(stop)
            answers += [request.result() for request in requests]
            if before <= {stop.pid for stop in stops}:
                break
    missing = before - {stop.pid for stop in stops}
    if missing:
        msg = f"no request reached worker {', '.join(map(str, sorted(missing)))} in {len(answers)} tries"
        raise HatchwayError(msg, "is the machine very busy? try once more")
    return Outcome(tuple(stops), before, tuple(answers), before, worker_pids(client, case.server))


def worker_pids(client: DapClient, server: str) -> frozenset[int]:
    """Return the pids of this server's workers."""
    processes = client.request("hatchwaySnapshot")["processes"]
    return frozenset(p["pid"] for p in processes if p["role"] == "worker" and p["server"] == server)


def _stops(client: DapClient, case: Case, requests: list[Future[bytes]]) -> Iterator[Stop]:
    """Yield each stop until all requests are answered, letting each thread run on after it was looked at."""
    while not all(request.done() for request in requests):
        try:
            stopped = client.event("stopped", timeout=0.2)
        except TimeoutError:
            continue
        yield _look(client, case, stopped["threadId"])
        client.request("continue", {"threadId": stopped["threadId"]})


def _look(client: DapClient, case: Case, thread: int) -> Stop:
    names = {known["id"]: known["name"] for known in client.request("threads")["threads"]}
    frame = client.request("stackTrace", {"threadId": thread, "levels": 1})["stackFrames"][0]
    return Stop(
        worker=names[thread],
        pid=int(re.search(r"/(\d+)", names[thread])[1]),  # type: ignore[index]
        file=frame["source"]["path"],
        line=frame["line"],
        function=frame["name"],
        value=_local(client, frame, case.local),
    )


def _local(client: DapClient, frame: dict[str, Any], name: str) -> str:
    scope = client.request("scopes", {"frameId": frame["id"]})["scopes"][0]
    variables = client.request("variables", {"variablesReference": scope["variablesReference"]})["variables"]
    return next(str(variable["value"]) for variable in variables if variable["name"] == name)
