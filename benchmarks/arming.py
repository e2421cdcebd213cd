"""From the editor's `attach` until every worker is armed, for a few workers and for many."""

import time
from collections.abc import Iterator
from pathlib import Path

from debugpy_beside import LISTEN, adapter_ports
from load import burst
from rows import Row, Table, row
from service import hub, service
from settings import Settings
from states import await_workers, configure, debugpy_path, dormant, greet

from hatchway.terminal.client import DapClient

TABLE = Table("From `attach` until a breakpoint is armed in every worker", "ms", 0)
MANY = 4
"""More workers than this are not tried with debugpy: each brings an adapter process along."""


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Start a service anew for each first attach; the second one finds the debugger loaded before."""
    for count in settings.worker_counts:
        firsts, seconds = zip(*(_hatchway(python, count) for _ in range(settings.services)), strict=True)
        yield row(TABLE, version, f"{count} workers, first time", firsts)
        yield row(TABLE, version, f"{count} workers, again", seconds)
        if count <= MANY:
            taken = [_debugpy(python, count) for _ in range(settings.services)]
            yield row(TABLE, version, f"{count} workers, debugpy one after the other", taken)


def _hatchway(python: Path, count: int) -> tuple[float, float]:
    with dormant(python, count) as running, hub(running) as port:
        burst(running.port, 0.5)
        times = []
        for _ in range(2):
            with DapClient(port) as client:
                client.request("initialize", {"clientID": "bench", "adapterID": "hatchway"})
                await_workers(client, running.workers, "dormant")
                begin = time.perf_counter()
                client.send("attach", {"justMyCode": True})
                client.event("initialized")
                configure(client, running, breakpoint_set=True)
                await_workers(client, running.workers, "attached")
                times.append((time.perf_counter() - begin) * 1e3)
                client.request("disconnect")
        return times[0], times[1]


def _debugpy(python: Path, count: int) -> float:
    with service(python, count, config=LISTEN, **debugpy_path(python)) as running:
        burst(running.port, 0.5)
        ports = adapter_ports(running, count)
        clients = [DapClient(port) for port in ports]
        begin = time.perf_counter()
        for client in clients:
            greet(client)
            configure(client, running, breakpoint_set=True)
        taken = (time.perf_counter() - begin) * 1e3
        for client in clients:
            client.close()
        return taken
