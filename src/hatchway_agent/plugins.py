"""Finds the options of a folder: every module in a package that exposes one agreed name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType


def discover(package: ModuleType, name: str) -> dict[str, Any]:
    """Return `{module: its NAME}` for each public module of `package` that has one, in name order.

    Works from inside a zip too. Modules whose name starts with `_` are private and not imported.
    """
    found = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        if hasattr(module, name):
            found[info.name] = getattr(module, name)
    return found
