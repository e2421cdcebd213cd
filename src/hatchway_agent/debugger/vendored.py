"""Imports the delivered pydevd, and nobody else's, leaving nothing on `sys.path`."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_PREFIXES = ("pydevd", "_pydevd", "_pydev", "pydev_", "pydevconsole")


class VendoredFinder:
    """Finds pydevd's own top-level modules in the payload, and no others.

    On `sys.meta_path` while attached, as pydevd imports some of itself late. First, so that a pydevd in the
    image is not taken for ours; it answers for no name an application could have.
    """

    def __init__(self, directory: str) -> None:
        """Take the directory that holds `pydevd.py`."""
        self._directory = directory

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where one of pydevd's modules is."""
        self.clean_path()
        if path is not None or not name.startswith(_PREFIXES):
            return None
        return PathFinder.find_spec(name, [self._directory], target)

    def install(self) -> None:
        """Begin to answer."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def remove(self) -> None:
        """Answer no more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        self.clean_path()

    def clean_path(self) -> None:
        """Undo pydevd's `sys.path.insert(0, ...)`; an import follows it at once, and hence a call of us."""
        while self._directory in sys.path:
            sys.path.remove(self._directory)
        sys.path_importer_cache.pop(self._directory, None)
