"""What `pdb.set_trace()` does in a session: stops there, instead of asking a stdin that nobody types at.

pdb is never imported for that: it is changed if the application has it, or when it imports it. Changed is
the code of the one function, so that whoever has taken the name out of the module is served, too.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, ModuleType

_original: CodeType | None = None


def arm() -> None:
    """From now on have `pdb.set_trace()` stop in the session, as `breakpoint()` does."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    module = sys.modules.get("pdb")
    if module is not None:
        _take(module)


def disarm() -> None:
    """Give pdb back as it was."""
    global _original  # noqa: PLW0603
    if _finder in sys.meta_path:
        sys.meta_path.remove(_finder)
    if _original is not None:
        sys.modules["pdb"].set_trace.__code__ = _original
        _original = None


def _set_trace(*_arguments: object, header: object = None, **_options: object) -> None:
    # This runs with pdb's own globals.
    import sys

    if header is not None:
        sys.stdout.write(f"{header}\n")
    sys.modules["hatchway_agent.debugger.breakhook"].stop_at(sys._getframe(1))


def _take(module: ModuleType) -> None:
    """Change `set_trace`, unless it is not pdb's own any more."""
    global _original  # noqa: PLW0603
    code = getattr(getattr(module, "set_trace", None), "__code__", None)
    if (
        _original is None
        and code is not None
        and code.co_filename == module.__file__
        and not code.co_freevars
    ):
        _original = code
        module.set_trace.__code__ = _set_trace.__code__


class _Finder:
    """On `sys.meta_path` while there is a session, for the one name `pdb`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where pdb is, to be changed once it is loaded."""
        if name != "pdb" or path is not None:
            return None
        spec = PathFinder.find_spec(name, None, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)  # type: ignore[assignment]
        return spec


class _Loader:
    """Loads pdb as its own loader does, and leaves no other trace than the change."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the loader."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then change it if there is a session still."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        if _finder in sys.meta_path:
            _take(module)


_finder = _Finder()
