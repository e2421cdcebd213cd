"""Why breakpoints of a file do not bind, out of what the rules find and what services are made of."""

import posixpath
from collections.abc import Iterator, Sequence
from typing import Final

from hatchway.doctor.facts import Facts, Service
from hatchway.doctor.rule import Diagnosis

RULES: Final = ("HW207", "HW208", "HW223")
"""Those that find why no breakpoint binds, the likeliest first; most others find why one is not hit."""


def reason(facts: Facts, found: Sequence[Diagnosis], path: str) -> str:
    """Return a sentence for a file of the project; empty if there is nothing to say.

    `path` is relative to the project, with slashes; empty for a file that is in none.
    """
    fitting = [one for one in found if one.code in RULES]
    if fitting:
        one = min(fitting, key=lambda each: RULES.index(each.code))
        hint = f"; {one.finding.hint}" if one.finding.hint else ""
        return f"{one.finding.message}{hint} ({one.code}, {one.finding.where})"
    folders = {folder for service in facts.services for folder in _folders(service)}
    if path and folders and not any(_is_below(path, folder) for folder in folders):
        return f"no service is built from a folder with {path}, or mounts it"
    return ""


def _folders(service: Service) -> Iterator[str]:
    """Yield the folders of the project that a service has its files from."""
    if service.context is not None:
        yield service.context
    base = posixpath.dirname(service.stack)
    if service.dockerfile is not None and not service.node:
        yield base or "."
    for volume in service.node["volumes"].children():
        source = volume["source"].text or volume.text.partition(":")[0]
        if source.startswith("."):
            yield posixpath.normpath(posixpath.join(base, source))


def _is_below(path: str, folder: str) -> bool:
    return folder in (".", path) or path.startswith(f"{folder}/")
