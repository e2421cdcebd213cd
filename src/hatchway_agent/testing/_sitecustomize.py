"""The `sitecustomize` of the Pythons that tests start: the tools are there, and coverage is measured.

Delivered as such behind the agent's own, which runs it; what it is in front of, it runs in its turn.
"""

import os
import sys
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import PathFinder

_HERE = __file__.rpartition("/")[0]


def _begin() -> None:
    """Do what is ours; whatever is wrong with it, the process does not notice."""
    try:
        tools = os.environ.get("HATCHWAY_TOOLS")
        if tools and tools not in sys.path:
            sys.path.append(tools)
        if os.environ.get("COVERAGE_PROCESS_CONFIG"):
            import coverage

            coverage.process_startup()
    except Exception:
        pass


def _chain() -> None:
    """Run the application's own `sitecustomize`, if it has one."""
    sys.path[:] = [entry for entry in sys.path if entry.rstrip("/") != _HERE]
    sys.path_importer_cache.pop(_HERE, None)
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is None or spec.loader is None:
        msg = "No module named 'sitecustomize'"
        raise ModuleNotFoundError(msg, name="sitecustomize")
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


_begin()
_chain()
