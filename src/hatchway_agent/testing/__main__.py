"""The program that `hatchway test` runs in place of the application: `python .../testing KIT`."""

import os
import sys

_PAYLOAD = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main(kit: str) -> int:
    """Run the tests as the kit's plan says; return the exit code."""
    # As under `python -m pytest`: what lies in the working directory can be imported, and nothing of ours.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != os.path.dirname(__file__)]
    sys.path.insert(0, _PAYLOAD)
    try:
        from hatchway_agent.testing.run import run
    finally:
        sys.path.remove(_PAYLOAD)
        sys.path_importer_cache.pop(_PAYLOAD, None)
    sys.path.insert(0, os.getcwd())
    return run(_PAYLOAD, kit)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
