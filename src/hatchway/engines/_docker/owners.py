"""Whose a container of our own is: what a process that was killed has left, the next one takes away."""

from __future__ import annotations

import os
import socket

from hatchway.engines._docker import calls, labels
from hatchway.engines.rendezvous import is_alive


def owned() -> str:
    """Return the label of a container that is nothing without this process."""
    return f"{labels.OWNER}={socket.gethostname()}/{os.getpid()}"


async def sweep_orphans() -> None:
    """Remove the containers of this host's processes that are no more."""
    template = f"{{{{.ID}}}}/{labels.shown(labels.OWNER)}"
    said = await calls.call("ps", "--all", "--filter", f"label={labels.OWNER}", "--format", template)
    found = (line.split("/") for line in said.splitlines())
    orphans = [name for name, host, pid in found if host == socket.gethostname() and not is_alive(int(pid))]
    if orphans:
        await calls.attempt("rm", "--force", "--volumes", *orphans)
