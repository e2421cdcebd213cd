"""What `ps --watch` shows: the live table in a terminal, else a line for each change."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console, RenderableType
from rich.live import Live

Process = Mapping[str, Any]
Look = Callable[[], tuple[Mapping[str, Any], float]]
"""Returns what runs, and in how many seconds to look again."""

GONE = "gone"
"""The state in which a process is told of last."""


def show_live(look: Look, draw: Callable[[Mapping[str, Any]], RenderableType]) -> None:
    """Draw what runs over and over, in the size that the terminal has then, until Ctrl-C."""
    with Live(console=Console(highlight=False, markup=False), screen=True, auto_refresh=False) as live:
        while True:
            listing, seconds = look()
            live.update(draw(listing), refresh=True)
            time.sleep(seconds)


def tell_changes(look: Look, line_of: Callable[[Process], str]) -> None:
    """Print a line for each process that is new, fares otherwise than before, or is gone; until Ctrl-C."""
    before: dict[tuple[str, ...], Process] = {}
    told: set[str] = set()
    while True:
        listing, seconds = look()
        now = {_key(process): process for process in listing["processes"]}
        for process in changes(before, now):
            _print(line_of(process))
        for one in listing["missing"]:
            if one["sentence"] not in told:
                told.add(one["sentence"])
                _print(f"hatchway: {one['sentence']}")
        before = now
        time.sleep(seconds)


def tell_json(look: Look) -> None:
    """Print the same for programs: a process, or one that is missing, as JSON in a line of its own."""
    before: dict[tuple[str, ...], Process] = {}
    while True:
        listing, seconds = look()
        now = {_key(process): process for process in listing["processes"]}
        now |= {_key(one): {**one, "state": "missing"} for one in listing["missing"]}
        for process in changes(before, now):
            _print(json.dumps(process))
        before = now
        time.sleep(seconds)


def changes(
    before: Mapping[tuple[str, ...], Process], now: Mapping[tuple[str, ...], Process]
) -> Iterator[Process]:
    """Yield who is gone, then who is new or differs."""
    for key, process in before.items():
        if key not in now:
            yield {**process, "state": GONE, "stops": []}
    for key, process in now.items():
        if before.get(key) != process:
            yield process


def _key(process: Process) -> tuple[str, ...]:
    return process["service"], process["container"], str(process["pid"])


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
