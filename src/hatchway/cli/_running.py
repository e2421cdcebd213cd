"""What runs of a project and is out of reach, for the doctor: as the folder's hub tells."""

from pathlib import Path

from hatchway.doctor.facts import OutOfReach
from hatchway.engines.rendezvous import known_directory
from hatchway.errors import HatchwayError
from hatchway.hub.lodging import find
from hatchway.terminal.client import DapClient

_PATIENCE = 10.0
"""Seconds for the hub to answer."""


def out_of_reach(project: Path) -> tuple[OutOfReach, ...]:
    """Return the Python processes that the folder's hub does not get into; none where no hub runs."""
    lodger = find(known_directory(project.resolve()))
    if lodger is None:
        return ()
    try:
        with DapClient(lodger.port) as client:
            told = client.request("hatchwaySnapshot", timeout=_PATIENCE)["missing"]
    except (HatchwayError, OSError):
        return ()
    return tuple(OutOfReach(str(one["service"]), str(one["sentence"])) for one in told)
