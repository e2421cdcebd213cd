"""The states a service is measured in: no debugger, Hatchway, and `debugpy.listen()` in each worker."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from debugpy_beside import LISTEN, adapter_ports, installed_for
from service import HATCHWAY, Service, hub, service

from hatchway.terminal.client import DapClient

DORMANT = (HATCHWAY, "run", "--dormant", "--")
MOMENT = 0.002
PATIENCE = 60.0

Opening = Callable[[Path, int], AbstractContextManager[Service]]


@dataclass(frozen=True)
class State:
    """One state, by the name it has in the table."""

    name: str
    open: Opening


@contextmanager
def plain(python: Path, workers: int) -> Iterator[Service]:
    """Run it as in production."""
    with service(python, workers) as running:
        yield running


@contextmanager
def dormant(python: Path, workers: int) -> Iterator[Service]:
    """Let the agent sleep in every process, and no hub be there."""
    with service(python, workers, before=DORMANT) as running:
        yield running


def attached(*, breakpoint_set: bool = False, then_left: bool = False) -> Opening:
    """Have an editor attached to all workers, with or without a breakpoint, or gone again."""

    @contextmanager
    def opened(python: Path, workers: int) -> Iterator[Service]:
        with dormant(python, workers) as running, ExitStack() as at_the_end:
            port = at_the_end.enter_context(hub(running))
            client = at_the_end.enter_context(DapClient(port))
            greet(client)
            configure(client, running, breakpoint_set=breakpoint_set)
            await_workers(client, running.workers, "attached")
            if then_left:
                client.request("disconnect")
                client.close()
                with DapClient(port) as another:
                    another.request("initialize", {"clientID": "bench", "adapterID": "hatchway"})
                    await_workers(another, running.workers, "dormant")
            yield running

    return opened


def beside(*, attach: bool = False, breakpoint_set: bool = False, then_left: bool = False) -> Opening:
    """Do the same with `debugpy.listen()` in each worker, called from gunicorn's post_fork hook."""

    @contextmanager
    def opened(python: Path, workers: int) -> Iterator[Service]:
        with (
            service(python, workers, config=LISTEN, **debugpy_path(python)) as running,
            ExitStack() as at_the_end,
        ):
            for port in adapter_ports(running, workers):
                if not attach:
                    break
                client = at_the_end.enter_context(DapClient(port))
                greet(client)
                configure(client, running, breakpoint_set=breakpoint_set)
                if then_left:
                    client.request("disconnect", {"terminateDebuggee": False})
            yield running

    return opened


def debugpy_path(python: Path) -> dict[str, str]:
    """Put debugpy on the path of a service that has none."""
    return {"PYTHONPATH": str(installed_for(python))}


def greet(client: DapClient) -> None:
    """Begin a session, without waiting for the answer to `attach`: debugpy gives it last."""
    client.request("initialize", {"clientID": "bench", "adapterID": "debugpy", "pathFormat": "path"})
    client.send("attach", {"justMyCode": True})
    client.event("initialized")


def configure(client: DapClient, running: Service, *, breakpoint_set: bool) -> None:
    """Say all an editor says before the program may run."""
    if breakpoint_set:
        client.request(
            "setBreakpoints",
            {"source": {"path": str(running.source)}, "breakpoints": [{"line": running.quiet_line}]},
        )
    client.request("setExceptionBreakpoints", {"filters": []})
    client.request("configurationDone")


def await_workers(client: DapClient, workers: list[int], wanted: str) -> None:
    """Wait until the hub says that all workers are in this state."""
    deadline = time.monotonic() + PATIENCE
    while not is_all(client, workers, wanted):
        if time.monotonic() > deadline:
            message = f"the workers are not {wanted}: {client.request('hatchwaySnapshot')}"
            raise TimeoutError(message)
        time.sleep(MOMENT)


def is_all(client: DapClient, workers: list[int], wanted: str) -> bool:
    """Tell whether the hub sees all workers in this state."""
    processes: list[dict[str, Any]] = client.request("hatchwaySnapshot")["processes"]
    return set(workers) <= {process["pid"] for process in processes if process["state"] == wanted}


PLAIN: Final = State("no agent", plain)

STATES: Final = (
    State("no agent, twice (the noise)", plain),
    State("dormant", dormant),
    State("attached, no breakpoint", attached()),
    State("attached, a breakpoint never hit", attached(breakpoint_set=True)),
    State("after detach", attached(breakpoint_set=True, then_left=True)),
    State("debugpy.listen(), nobody attached", beside()),
    State("debugpy, attached, no breakpoint", beside(attach=True)),
    State("debugpy, a breakpoint never hit", beside(attach=True, breakpoint_set=True)),
    State("debugpy, after detach", beside(attach=True, breakpoint_set=True, then_left=True)),
)
