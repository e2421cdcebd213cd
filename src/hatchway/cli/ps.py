"""`hatchway ps`: every process within reach, what it is and how it fares."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hatchway.cli._engines import find_app
from hatchway.cli.screen import say, show_json, show_table
from hatchway.delivery import build_payload
from hatchway.engines import Selector
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import HatchwayError
from hatchway.hub.connecting import survey_of
from hatchway.hub.lodging import Lodger, find
from hatchway.hub.roster import missing_listing, unattached
from hatchway.terminal.client import DapClient

if TYPE_CHECKING:
    from hatchway.model import Container, Missing


@click.command("ps")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--explain", is_flag=True, help="Say for each process why it is taken for what it is.")
def ps_command(*, as_json: bool, explain: bool) -> None:
    """List the processes of this folder that Hatchway can debug.

    Asks the running hub; where none runs, the processes themselves.

    \b
    Examples:
      hatchway ps
      hatchway ps --json
    """
    lodger = find(run_directory(Path.cwd()))
    listing = _ask(lodger) if lodger else asyncio.run(_survey(Path.cwd()))
    if as_json:
        show_json(listing)
        return
    if not listing["processes"] and not listing["missing"]:
        msg = "nothing runs under hatchway in this folder"
        raise HatchwayError(msg, "start it with `hatchway run -- COMMAND` or `hatchway up`, here")
    columns = ["SERVICE", "ROLE", "PID", "SERVER", "PYTHON", "STATE"]
    crowd = Counter(service for service, _ in {(p["service"], p["container"]) for p in listing["processes"]})
    rows = [_row(process, crowd[process["service"]]) for process in listing["processes"]]
    if explain:
        columns.append("BECAUSE")
        rows = [[*row, process["because"]] for row, process in zip(rows, listing["processes"], strict=True)]
    if rows:
        show_table(columns, rows, grows=columns[-1])
    for sentence in dict.fromkeys(one["sentence"] for one in listing["missing"]):
        say(sentence)


COMMAND = ps_command


def _row(process: dict[str, Any], containers: int) -> list[str]:
    place = process["service"] if containers == 1 else process["container"]
    server = f"{process['server']} {process['server_version']}".strip()
    role = process["title"].removeprefix(process["server"]).strip()
    if process["role"] != "worker" or not role:
        role = process["role"]
    return [place, role, str(process["pid"]), server, process["python"], process["state"]]


def _ask(lodger: Lodger) -> dict[str, Any]:
    with DapClient(lodger.port) as client:
        return client.request("hatchwaySnapshot")


async def _survey(project: Path) -> dict[str, Any]:
    """Return what a hub's snapshot would say, with nobody attached."""
    processes: list[dict[str, Any]] = []
    missing: list[tuple[Container, Missing]] = []
    if (found := await find_app(project)) is not None:
        payload = build_payload()
        for container in found.lively:
            told, absent = await survey_of(found.engine, Selector(project), container, payload)
            place = {"service": container.service, "container": container.name}
            processes += [{**process, **place, "state": unattached(process)} for process in told]
            missing += [(container, one) for one in absent]
    listed = missing_listing(missing)
    return {"processes": processes, "missing": listed, "editor": "", "stops": []}
