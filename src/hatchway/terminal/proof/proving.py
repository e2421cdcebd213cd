"""The proof itself: a client of the hub that attaches, stops, looks, continues and leaves nothing behind."""

import contextlib
import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hatchway.errors import HatchwayError
from hatchway.model import ProcessState
from hatchway.terminal.client import DapClient, RequestError
from hatchway.terminal.proof.routes import Route, read_routes

_GLANCE = 0.2
"""Seconds to wait for an event before looking elsewhere, too."""
_STARTING = 5.0
"""Seconds for the first worker to be there."""
_BINDING = 15.0
"""Seconds for a breakpoint to bind in every worker."""
_STEPS = 3
"""Steps that are taken at most until there is a local to be read."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a thread of a worker stands."""

    thread: int
    worker: str
    frame: int
    path: str
    line: int
    function: str


class Prover:
    """One proof over one connection; every wait ends with its time."""

    def __init__(self, client: DapClient, seconds: float) -> None:
        """Begin now; `seconds` are for all of it."""
        self._client = client
        self._deadline = time.monotonic() + seconds
        self._service = ""

    @property
    def left(self) -> float:
        """Seconds that are left; raises `HatchwayError` when there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            msg = "its time is over"
            raise HatchwayError(msg, "`--seconds` gives it more")
        return left

    def workers(self, service: str) -> list[dict[str, Any]]:
        """Return the workers of a service, of all for no name, once there are some.

        Raises `HatchwayError` if there are none after a while.
        """
        self._service = service
        patience = time.monotonic() + _STARTING
        while True:
            told = self._client.request("hatchwaySnapshot", timeout=self.left)
            states = {one["state"] for one in told["processes"]}
            if told["editor"] and states & {ProcessState.ARMED, ProcessState.ATTACHED, ProcessState.STOPPED}:
                msg = f"{told['editor']} is attached, and would be shown our stops"
                raise HatchwayError(msg, "disconnect it, then prove once more")
            known = [one for one in told["processes"] if one["role"] == "worker"]
            if fitting := [one for one in known if service in ("", one["service"])]:
                return fitting
            missing = self._missing(told)
            if missing or time.monotonic() > patience:
                msg = (
                    "; ".join(missing)
                    or f"no worker{f' of {service}' if service else ''} runs under hatchway"
                )
                hint = "" if missing else "start it with `hatchway up` or `hatchway run -- COMMAND`"
                raise HatchwayError(msg, hint)
            time.sleep(min(_GLANCE, self.left))

    def missing(self) -> list[str]:
        """Return a sentence about each process of the service that is out of reach."""
        return self._missing(self._client.request("hatchwaySnapshot", timeout=self.left))

    def _missing(self, told: Mapping[str, Any]) -> list[str]:
        return [one["sentence"] for one in told["missing"] if self._service in ("", one["service"])]

    def attach(self) -> None:
        """Attach as an editor does."""
        self._client.request("initialize", {"clientID": "hatchway-proof", "adapterID": "hatchway"}, self.left)
        self._client.event("initialized", timeout=self.left)
        self._client.request("attach", {"justMyCode": False}, self.left)
        self._client.request("configurationDone", timeout=self.left)

    def await_armed(self, workers: Collection[Mapping[str, Any]]) -> None:
        """Wait until these workers are in the session."""
        armed = (ProcessState.ATTACHED, ProcessState.STOPPED)
        awaited = {_key(one) for one in workers}
        while True:
            told = self._client.request("hatchwaySnapshot", timeout=self.left)["processes"]
            late = [one for one in told if _key(one) in awaited and one["state"] not in armed]
            if not late:
                return
            time.sleep(min(_GLANCE, self.left))

    def routes(
        self, labels: Collection[str], asking: str, nudge: Callable[[], object]
    ) -> list[dict[str, Any]]:
        """Return the URL map that a worker tells while it is paused for a moment, asked by an expression.

        Of those that are named, the first that knows a route: others may serve none. `nudge` sends a
        request: a worker that sleeps in the kernel is paused when it next runs.
        """
        told = self._client.request("threads", timeout=self.left)["threads"]
        threads = [
            one["id"] for one in told if one["name"].startswith(tuple(f"{label} " for label in labels))
        ]
        for thread in threads:
            with contextlib.suppress(RequestError):
                self._client.request("pause", {"threadId": thread}, self.left)
        try:
            nudge()
            return self._first_routes(labels, asking)
        finally:
            self._recall(threads)

    def _recall(self, threads: Collection[int]) -> None:
        """Take pauses back: one that comes only later may hold what the handler needs."""
        for thread in threads:
            self._continue(thread)

    def _first_routes(self, labels: Collection[str], asking: str) -> list[dict[str, Any]]:
        """Ask in each worker that comes to its pause, up to the first that knows a route."""
        silent: set[str] = set()
        patience = math.inf

        def is_over() -> bool:
            return time.monotonic() > patience

        while len(silent) < len(labels) and (stop := self._stopped(is_over)):
            if routes := self._routes_in(stop, asking):
                return routes
            silent.add(stop.worker.partition(" ")[0])
            patience = time.monotonic() + _STARTING
        return []

    def _routes_in(self, stop: Stop, asking: str) -> list[dict[str, Any]]:
        """Ask in a paused worker, and let it go."""
        try:
            arguments = {"expression": asking, "frameId": stop.frame, "context": "repl"}
            return read_routes(self._client.request("evaluate", arguments, self.left))
        finally:
            self._release(stop)

    def arm(self, route: Route) -> None:
        """Set the breakpoint, and wait until it is verified."""
        wish = {"source": {"path": str(route.local)}, "breakpoints": [{"line": route.line}]}
        (told,) = self._client.request("setBreakpoints", wish, self.left)["breakpoints"]
        if told["verified"]:
            return
        try:
            self._client.event("breakpoint", _is_verified, min(self.left, _BINDING))
        except TimeoutError:
            raise HatchwayError(told.get("message") or "no worker has verified it") from None

    def stop(self, request: Future[int], route: Route) -> Stop:
        """Wait for the stop at the breakpoint; whatever stops elsewhere is let go."""
        while stop := self._stopped(request.done):
            if Path(stop.path) == route.local and stop.line == route.line:
                return stop
            if Path(stop.path).name == route.local.name and stop.function == route.function:
                msg = f"it stopped in {stop.path}:{stop.line}"
                raise HatchwayError(msg)
            self._release(stop)
        msg = f"it was answered with {request.result()} and did not stop"
        hint = "something answers before the handler; `--route` names another"
        raise HatchwayError(msg, "; ".join(self.missing()) or hint)

    def local(self, stop: Stop, request: Future[int]) -> str:
        """Return a local variable with its value, after a few steps if there is none yet.

        Empty if none comes: the handler may end at its first line, and its request be answered.
        """
        for number in range(_STEPS + 1):
            scopes = self._client.request("scopes", {"frameId": stop.frame}, self.left)["scopes"]
            reference = {"variablesReference": scopes[0]["variablesReference"]}
            told = self._client.request("variables", reference, self.left)["variables"]
            values = [
                one for one in told if not one["name"].endswith(" variables") and one["name"][:2] != "__"
            ]
            if values:
                return f"{values[0]['name']} = {values[0]['value']}"
            if number == _STEPS:
                break
            self._client.request("next", {"threadId": stop.thread}, self.left)
            after = self._stopped(request.done)
            while after and after.thread != stop.thread:
                # Another request that has come to the breakpoint.
                self._release(after)
                after = self._stopped(request.done)
            if not after or after.function != stop.function:
                break
            stop = after
        return ""

    def answered(self, request: Future[int], route: Route) -> int:
        """Take the breakpoint back, let all go, and return the status of the answer."""
        self._client.request("setBreakpoints", {"source": {"path": str(route.local)}}, self.left)
        for stop in self._client.request("hatchwaySnapshot", timeout=self.left)["stops"]:
            self._continue(int(stop["thread"]))
        while not request.done():
            with contextlib.suppress(TimeoutError):
                self._continue(self._client.event("stopped", timeout=min(_GLANCE, self.left))["threadId"])
        return request.result()

    def leave(self) -> None:
        """Detach: the workers run on, with nothing of ours set in them."""
        with contextlib.suppress(HatchwayError, TimeoutError, ConnectionError, OSError):
            self._client.request("disconnect", timeout=5)

    def _stopped(self, is_over: Callable[[], bool]) -> Stop | None:
        """Wait for a thread to stop; None if it is over before."""
        while True:
            try:
                event = self._client.event("stopped", timeout=min(_GLANCE, self.left))
            except TimeoutError:
                if is_over():
                    return None
                continue
            if stop := self._look(int(event["threadId"])):
                return stop

    def _look(self, thread: int) -> Stop | None:
        """Return where a thread stands; None if it has gone on meanwhile."""
        while self._is_parked(thread):
            # Nobody else is shown while this one stands: it may not be lost by one answer that fails.
            with contextlib.suppress(RequestError):
                return self._place(thread)
            time.sleep(min(_GLANCE, self.left))
        return None

    def _is_parked(self, thread: int) -> bool:
        told = self._client.request("hatchwaySnapshot", timeout=self.left)["stops"]
        return any(int(one["thread"]) == thread for one in told)

    def _place(self, thread: int) -> Stop:
        names = {
            one["id"]: one["name"] for one in self._client.request("threads", timeout=self.left)["threads"]
        }
        arguments = {"threadId": thread, "levels": 1}
        (frame, *_) = self._client.request("stackTrace", arguments, self.left)["stackFrames"]
        path = str((frame.get("source") or {}).get("path", ""))
        return Stop(thread, names.get(thread, "a worker"), frame["id"], path, frame["line"], frame["name"])

    def _release(self, stop: Stop) -> None:
        self._continue(stop.thread)

    def _continue(self, thread: int) -> None:
        # It may have gone on by itself meanwhile.
        with contextlib.suppress(RequestError):
            self._client.request("continue", {"threadId": thread}, self.left)


def _key(process: Mapping[str, Any]) -> tuple[str, int]:
    """Return what tells a process from those with its pid in other containers."""
    return str(process["container"]), int(process["pid"])


def _is_verified(body: Mapping[str, Any]) -> bool:
    return bool(body["breakpoint"]["verified"])


@contextlib.contextmanager
def prover(port: int, seconds: float) -> Iterator[Prover]:
    """Have a prover of the hub at a port; at the end it is detached."""
    with DapClient(port) as client:
        one = Prover(client, seconds)
        try:
            yield one
        finally:
            one.leave()
