"""What Python runs of ours first: boots the agent, steps aside, runs the application's own `sitecustomize`.

Delivery copies this file into the payload's root as `sitecustomize.py`; `PYTHONPATH` begins with that root.
After it ran, `sys.path` and `sys.modules["sitecustomize"]` are what they would have been without us.
"""

import sys
from _frozen_importlib import module_from_spec
from _frozen_importlib_external import PathFinder

NAME = "sitecustomize"


def _boot(payload: str) -> None:
    """Start the dormant agent; whatever is wrong with it, the application does not notice."""
    try:
        from hatchway_agent import boot

        boot.boot(payload)
    except Exception:
        pass


def _step_aside(payload: str) -> None:
    """Take our directory off `sys.path`: nothing of the application may be shadowed by what lies in it."""
    sys.path[:] = [entry for entry in sys.path if entry.rstrip("/") != payload]
    sys.path_importer_cache.pop(payload, None)


def _chain() -> None:
    """Become the application's own `sitecustomize`, or nothing if it has none.

    An exception of its code goes up to `site`, which prints what it always prints.
    """
    spec = PathFinder.find_spec(NAME, sys.path)
    if spec is None or spec.loader is None:
        # `site` passes over exactly this error, and the import machinery drops us from sys.modules.
        msg = f"No module named {NAME!r}"
        raise ModuleNotFoundError(msg, name=NAME)
    module = module_from_spec(spec)
    sys.modules[NAME] = module
    spec.loader.exec_module(module)


# Not by os.path: the directory is what PYTHONPATH said, made absolute by `site`.
_PAYLOAD = __file__.rpartition("/")[0]
_boot(_PAYLOAD)
_step_aside(_PAYLOAD)
_chain()
