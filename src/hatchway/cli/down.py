"""`hatchway down`: end the hub of this folder and the compose project behind it."""

import asyncio
import contextlib
import os
import signal
import time
from pathlib import Path

import click

from hatchway.cli._compose import compose_options
from hatchway.cli.screen import say
from hatchway.engines.compose import ComposeEngine
from hatchway.engines.rendezvous import run_directory
from hatchway.errors import HatchwayError
from hatchway.hub.lodging import Lodger, find

PATIENCE = 10.0
"""Seconds for a hub to let its workers go and end."""


@click.command("down")
@click.option("-v", "--volumes", is_flag=True, help="Remove the project's volumes, too.")
@compose_options
def down_command(*, volumes: bool, files: tuple[str, ...], profiles: tuple[str, ...]) -> int:
    """End the hub of this folder, and stop and remove the project's containers.

    \b
    Examples:
      hatchway down
      hatchway down -v
    """
    folder = Path.cwd()
    if lodger := find(run_directory(folder)):
        _end(lodger)
        say(f"the hub on 127.0.0.1:{lodger.port} has ended")
    engine = ComposeEngine(files, profiles)
    return asyncio.run(engine.down(folder, ("--volumes",) if volumes else ()))


COMMAND = down_command


def _end(lodger: Lodger) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(lodger.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            os.kill(lodger.pid, 0)
            time.sleep(0.02)
        msg = f"the hub (pid {lodger.pid}) does not end"
        raise HatchwayError(msg, f"kill -9 {lodger.pid}")
