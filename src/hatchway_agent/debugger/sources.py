"""Which files of the user's this process has loaded, with their hashes: what the path map is proved by."""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig

_LIMIT = 4 << 20


def loaded_sources() -> dict[str, str]:
    """Return `{path: sha256}` of each loaded source outside the standard library and site-packages."""
    found = {}
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and path.endswith(".py") and not is_library(path):
            digest = source_hash(path)
            if digest:
                found[os.path.abspath(path)] = digest
    return found


def is_library(path: str) -> bool:
    """Tell whether this file belongs to Python or to an installed distribution."""
    places = sysconfig.get_paths()
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    library = (places["stdlib"], places["platstdlib"], ours)
    return f"{os.sep}site-packages{os.sep}" in path or any(
        path.startswith(place + os.sep) for place in library
    )


def source_hash(path: str) -> str:
    """Return the sha256 of a file; empty if it cannot be read or is no sensible size for a source."""
    try:
        with open(path, "rb") as file:
            text = file.read(_LIMIT + 1)
    except OSError:
        return ""
    return hashlib.sha256(text).hexdigest() if len(text) <= _LIMIT else ""
