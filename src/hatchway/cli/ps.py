"""`hatchway ps`: every process within reach, what it is and how it fares."""

import asyncio
import contextlib
import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Group, RenderableType

from hatchway.cli._engines import find_app
from hatchway.cli._watching import show_live, tell_changes, tell_json
from hatchway.cli.screen import fitting, say, show_json, show_table, table_of
from hatchway.delivery import build_payload
from hatchway.engines import Selector
from hatchway.engines.rendezvous import known_directory
from hatchway.errors import HatchwayError
from hatchway.hub.connecting import survey_of
from hatchway.hub.editor_port import HOST
from hatchway.hub.lodging import Lodger, find
from hatchway.hub.roster import missing_listing, unattached
from hatchway.terminal.client import DapClient

if TYPE_CHECKING:
    from hatchway.model import Container, Missing

NOTHING = "nothing runs under hatchway in this folder"
PACE = 0.5
"""Seconds between two looks of `--watch` at what the hub knows, which costs it a message."""
SURVEY_PACE = 3.0
"""The same where there is no hub: each look is a program started in each container."""


@click.command("ps")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--explain", is_flag=True, help="Say for each process why it is taken for what it is.")
@click.option("--watch", is_flag=True, help="Go on showing it; without a terminal, a line for each change.")
def ps_command(*, as_json: bool, explain: bool, watch: bool) -> None:
    """List the processes of this folder that Hatchway can debug.

    Asks the running hub; where none runs, the processes themselves.

    \b
    Examples:
      hatchway ps
      hatchway ps --json
      hatchway ps --watch            the live table, until Ctrl-C
      hatchway ps --watch --json     a line for each process that is new, changes or goes
    """
    if watch:
        _watch(as_json=as_json, explain=explain)
        return
    listing = _look()[0]
    if as_json:
        show_json(listing)
        return
    if not listing["processes"] and not listing["missing"]:
        if listing["port"]:
            msg = f"the hub on {HOST}:{listing['port']} runs, and no process of the app is within its reach"
            raise HatchwayError(msg, "is the app still starting, has it ended, or is its container paused?")
        raise HatchwayError(NOTHING, "start it with `hatchway run -- COMMAND` or `hatchway up`, here")
    columns, rows = _table(listing, explain=explain)
    if rows:
        show_table(columns, rows, grows=_grows(explain=explain))
    for sentence in (_place(listing), *_sentences(listing)):
        say(sentence)


COMMAND = ps_command


def _watch(*, as_json: bool, explain: bool) -> None:
    """Go on until Ctrl-C, which is how it is meant to end."""

    def draw(listing: Mapping[str, Any]) -> RenderableType:
        columns, rows = _table(listing, explain=explain)
        table = table_of(columns, rows, grows=_grows(explain=explain)) if rows else f"{NOTHING} yet"
        return Group(table, *_sentences(listing))

    def line_of(process: Mapping[str, Any]) -> str:
        because = f"  {process['because']}" if explain else ""
        return "  ".join(filter(None, _row(process, process["container"]))) + because

    try:
        if as_json:
            tell_json(_look_closely)
        elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            show_live(_look_closely, draw)
        else:
            tell_changes(_look, line_of)
    except KeyboardInterrupt:
        return


def _look(*, busy: bool = False) -> tuple[Mapping[str, Any], float]:
    """Return what runs, with what is in flight if so wished, and in how many seconds to look again."""
    lodger = find(known_directory(Path.cwd()))
    if lodger is not None:
        with contextlib.suppress(HatchwayError, ConnectionError):  # it has gone this instant
            return {"port": lodger.port, **_with_stops(_ask(lodger, busy=busy))}, PACE
    return {"port": None, **_with_stops(asyncio.run(_survey(Path.cwd())))}, SURVEY_PACE


def _look_closely() -> tuple[Mapping[str, Any], float]:
    """Look at what is in flight, too: it changes too often for a line each time."""
    return _look(busy=True)


def _table(listing: Mapping[str, Any], *, explain: bool) -> tuple[list[str], list[list[str]]]:
    columns = ["SERVICE", "ROLE", "PID", "SERVER", "PYTHON", "STATE"]
    processes = listing["processes"]
    is_told = any(process["busy"] is not None for process in processes)
    crowd = Counter(service for service, _ in {(p["service"], p["container"]) for p in processes})
    rows = [
        _row(process, process["service"] if crowd[process["service"]] == 1 else process["container"])
        for process in processes
    ]
    if is_told:
        columns.append("BUSY")
        rows = [[*row, _busy(process)] for row, process in zip(rows, processes, strict=True)]
    if explain:
        columns.append("BECAUSE")
        rows = [[*row, process["because"]] for row, process in zip(rows, processes, strict=True)]
    return fitting(columns, rows, grows=_grows(explain=explain), spare=("PYTHON", "SERVER"))


def _grows(*, explain: bool) -> str:
    """Return the column that gives way: the states are what a narrow terminal has to show."""
    return "BECAUSE" if explain else "SERVER"


def _with_stops(listing: Mapping[str, Any]) -> Mapping[str, Any]:
    """Add to each process the reasons for which threads of it are stopped."""
    reasons: dict[str, list[str]] = {}
    for stop in listing["stops"]:
        reasons.setdefault(stop["worker"], []).append(stop["reason"])
    stopped = [
        {**process, "stops": reasons.get(f"{process['service']}/{process['pid']}", [])}
        for process in listing["processes"]
    ]
    return {**listing, "processes": stopped}


def _row(process: Mapping[str, Any], place: str) -> list[str]:
    server = f"{process['server']} {process['server_version']}".strip()
    role = process["title"].removeprefix(process["server"]).strip()
    if process["role"] != "worker" or not role:
        role = process["role"]
    state = str(process["state"])
    if stops := process["stops"]:
        state += f": {', '.join(stops)}"
    return [place, role, str(process["pid"]), server, process["python"], state]


def _busy(process: Mapping[str, Any]) -> str:
    """Say how many requests or tasks a process has in flight; nothing if its server does not tell."""
    return "" if process["busy"] is None else str(process["busy"])


def _sentences(listing: Mapping[str, Any]) -> Sequence[str]:
    return list(dict.fromkeys(one["sentence"] for one in listing["missing"]))


def _place(listing: Mapping[str, Any]) -> str:
    """Say where editors attach."""
    port = listing["port"]
    return f"the hub listens on {HOST}:{port}" if port else "no hub runs: `hatchway attach` opens one"


def _ask(lodger: Lodger, *, busy: bool) -> dict[str, Any]:
    with DapClient(lodger.port) as client:
        return client.request("hatchwaySnapshot", {"busy": busy})


async def _survey(project: Path) -> dict[str, Any]:
    """Return what a hub's snapshot would say, with nobody attached."""
    processes: list[dict[str, Any]] = []
    missing: list[tuple[Container, Missing]] = []
    if (found := await find_app(project)) is not None:
        payload = build_payload()
        for container in found.lively:
            told, absent = await survey_of(found.engine, Selector(project), container, payload)
            # Nobody is attached who could be asked how busy it is.
            place = {"service": container.service, "container": container.name, "busy": None}
            processes += [{**process, **place, "state": unattached(process)} for process in told]
            missing += [(container, one) for one in absent]
    listed = missing_listing(missing)
    return {"processes": processes, "missing": listed, "editor": "", "stops": []}
