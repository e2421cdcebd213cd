"""Which version of a distribution a process has: read from the names in its `site-packages`."""

from __future__ import annotations

import os
import re


class Versions:
    """Looks each up once for each interpreter."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._listings: dict[tuple[str, str], list[str]] = {}

    def of(self, distribution: str, executable: str, python: str) -> str:
        """Return the version of what is installed beside this interpreter; empty if it is not found."""
        if not distribution or not executable:
            return ""
        wanted = re.compile(
            re.escape(distribution).replace(r"\-", "[-_.]") + r"-([^-]+)\.(dist|egg)-info", re.IGNORECASE
        )
        key = (executable, python)
        if key not in self._listings:
            self._listings[key] = _installed(executable, ".".join(python.split(".")[:2]))
        return next((found[1] for name in self._listings[key] if (found := wanted.fullmatch(name))), "")


def _installed(executable: str, version: str) -> list[str]:
    # Not resolved: a virtual environment's python is a link to one that has other packages.
    prefix = os.path.dirname(os.path.dirname(executable))
    folders = (
        f"{prefix}/lib/python{version}/site-packages",
        f"{prefix}/lib/python3/dist-packages",
        f"{prefix}/local/lib/python{version}/dist-packages",
    )
    return [name for folder in folders for name in _names_in(folder) if name.endswith("-info")]


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
