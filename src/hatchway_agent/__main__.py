"""The verbs that the hub runs in a container: `relay`, `survey` and `files`, each with RUN_DIR."""

from __future__ import annotations

import os
import sys

_WRONG_USE = 2
_WORDS = 2


def main(words: list[str]) -> int:
    """Run a verb; return the exit code."""
    if len(words) != _WORDS or words[0] not in ("relay", "survey", "files"):
        sys.stderr.write("usage: hatchway_agent (relay | survey | files) RUN_DIR\n")
        return _WRONG_USE
    verb, directory = words
    if verb == "relay":
        from hatchway_agent.relay import relay

        return relay(directory)
    import json

    if verb == "files":
        from hatchway_agent.inventory import inventory

        sys.stdout.write(json.dumps(inventory(directory, json.loads(sys.stdin.readline()))) + "\n")
        return 0
    from hatchway_agent.survey import survey
    from hatchway_agent.survey.missing import Missing

    processes = survey(directory)
    missing = Missing(directory).take({process["pid"] for process in processes})
    sys.stdout.write(json.dumps({"processes": processes, "missing": missing}) + "\n")
    return 0


if __name__ == "__main__":
    if not __package__:
        # Run as a directory: it is first on sys.path, where its modules would be found under wrong names.
        sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    raise SystemExit(main(sys.argv[1:]))
