"""Requests per second and CPU time per request in each state, against the same service without a debugger."""

import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from load import burst
from pairs import in_turn
from proc import cpu_seconds
from rows import Row, Table, row
from service import Service
from settings import Settings
from states import PLAIN, STATES

RATE = Table("Requests per second, compared with no agent", "x", 3)
CPU = Table("CPU time per request, compared with no agent", "x", 3)


def measure(version: str, python: Path, settings: Settings) -> Iterator[Row]:
    """Let plain service and state serve in turn, in alternating order; each pair gives one ratio."""
    rates: list[Row] = []
    times: list[Row] = []
    for state in STATES:
        with PLAIN.open(python, 1) as plain, state.open(python, 1) as other:
            for one in (plain, other):
                burst(one.port, min(settings.burst, 0.5))
            burst_of = [partial(_burst, one, settings.burst) for one in (plain, other)]
            pairs = in_turn(settings.pairs, *burst_of)
        rate = statistics.median(pair[1][0] for pair in pairs)
        cost = statistics.median(pair[1][1] for pair in pairs) * 1e6
        ratios = [(b[0] / a[0], b[1] / a[1]) for a, b in pairs]
        rates.append(row(RATE, version, state.name, [r for r, _ in ratios], beside=f"{rate:.0f}/s"))
        times.append(row(CPU, version, state.name, [c for _, c in ratios], beside=f"{cost:.0f} us"))
    yield from rates
    yield from times


def _burst(running: Service, seconds: float) -> tuple[float, float]:
    """Give requests per second, and CPU seconds of the workers per request."""
    before = cpu_seconds(running.workers)
    count, took = burst(running.port, seconds)
    return count / took, (cpu_seconds(running.workers) - before) / count
