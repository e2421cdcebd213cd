"""What the line of `hatchway run --pth` executes: boots the agent where Python ignores `PYTHONPATH`.

The line is in a `.pth` file of the application's `site-packages`, and executes this file only if
`HATCHWAY_RUN` is that run's. Where `PYTHONPATH` leads to us as well, whoever comes second
finds the agent booted.
"""

import sys

_PAYLOAD = __file__.rpartition("/hatchway_agent/")[0]
sys.path.insert(0, _PAYLOAD)
try:
    from hatchway_agent import boot

    boot.boot(_PAYLOAD)
except Exception:
    pass
finally:
    # From here on the agent's modules are found by their package; nothing else of ours shall be found.
    sys.path.remove(_PAYLOAD)
    sys.path_importer_cache.pop(_PAYLOAD, None)
