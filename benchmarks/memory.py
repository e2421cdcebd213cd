"""Memory that each worker takes in each state, beyond what it takes without a debugger."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from load import burst
from proc import memory_megabytes
from rows import Row, Table, row
from settings import Settings
from states import PLAIN, STATES, State


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Compare the workers' means, once per start of the service."""
    added: dict[tuple[str, str], list[float]] = {}
    for _ in range(settings.services):
        plain = _mean(PLAIN, python, settings)
        for state in STATES:
            for kind, size in _mean(state, python, settings).items():
                added.setdefault((kind, state.name), []).append(size - plain[kind])
    for kind in plain:
        table = Table(f"{kind} added per worker, {settings.service_workers} workers", "MB")
        beside = f"on top of {plain[kind]:.0f} MB"
        for state in STATES:
            yield row(table, version, state.name, added[kind, state.name], beside=beside)


def _mean(state: State, python: Path, settings: Settings) -> dict[str, float]:
    with state.open(python, settings.service_workers) as running:
        burst(running.port, 0.5)
        sizes = [memory_megabytes(pid) for pid in running.workers]
    return {kind: statistics.mean(size[kind] for size in sizes) for kind in sizes[0]}
