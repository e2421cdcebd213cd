"""What the hub says it can do, and what it tells each worker the editor can.

The set is that of the pinned debugpy, which every worker runs, so there is nothing to intersect. Less: no
`TerminateRequest` (stop means leave, never kill; Helix has no other way to leave) and no `ModulesRequest`
(large answers nobody shows). No exception filter is on by default: `uncaught` alone costs 40 % in a worker.
"""

from collections.abc import Mapping
from typing import Any, Final

from hatchway.session.paths import PathMap

DEBUGPY_VERSION: Final = "1.8.22"
"""The pinned one (pyproject.toml), which every worker runs."""

FILTERS: Final = {
    "raised": "Raised Exceptions",
    "uncaught": "Uncaught Exceptions",
    "userUnhandled": "User Uncaught Exceptions",
}

CAPABILITIES: Final[Mapping[str, Any]] = {
    "supportsConfigurationDoneRequest": True,
    "supportsConditionalBreakpoints": True,
    "supportsHitConditionalBreakpoints": True,
    "supportsLogPoints": True,
    "supportsFunctionBreakpoints": True,
    "supportsExceptionOptions": True,
    "supportsExceptionInfoRequest": True,
    "supportsEvaluateForHovers": True,
    "supportsCompletionsRequest": True,
    "supportsClipboardContext": True,
    "supportsSetVariable": True,
    "supportsSetExpression": True,
    "supportsGotoTargetsRequest": True,
    "supportsStepInTargetsRequest": True,
    "supportsValueFormattingOptions": True,
    "supportsDelayedStackTraceLoading": True,
    "supportsDebuggerProperties": True,
    "supportsTerminateRequest": False,
    "supportTerminateDebuggee": False,
    "supportsModulesRequest": False,
    "exceptionBreakpointFilters": [
        {"filter": name, "label": label, "default": False} for name, label in FILTERS.items()
    ],
}

HELIX: Final = "hx"
"""The clientID of Helix, whose reading of the protocol needs care in two places."""

_PASSED_ON: Final = ("linesStartAt1", "columnsStartAt1", "pathFormat", "locale")

_HUB_ONLY: Final = frozenset(
    {
        "connect", "host", "port", "listen", "processId", "pathMappings", "localRoot", "remoteRoot",
        "hatchway", "name", "type", "request", "preLaunchTask", "postDebugTask", "presentation",
        "internalConsoleOptions", "debugServer", "debugAdapterPath", "logToFile", "consoleName",
    }
)  # fmt: skip
"""Arguments that say how to reach the hub, or what only it may decide. (`__...` is VS Code's own.)"""


def capabilities_for(client: str) -> Mapping[str, Any]:
    """Return what a client is told, by its clientID.

    Helix ends a session by `terminate` alone: without, it only forgets it, and its connection stays.
    """
    return {**CAPABILITIES, "supportsTerminateRequest": client == HELIX}


def worker_initialize(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Build a worker's `initialize` from the editor's."""
    passed = {name: arguments[name] for name in _PASSED_ON if name in arguments}
    return {"clientID": "hatchway", "adapterID": "debugpy"} | passed


NOWHERE: Final = "/nonexistent/hatchway"
"""The one mapped root of a worker in a container: below it nothing is, so that each file has a reference.
Which files the editor has by itself, and so needs no reference for, the hub knows better."""


def worker_attach(
    arguments: Mapping[str, Any], paths: PathMap, *, is_foreign: bool = False
) -> dict[str, Any]:
    """Build a worker's `attach` from the editor's."""
    passed = {k: v for k, v in arguments.items() if k not in _HUB_ONLY and not k.startswith("__")}
    # The hub maps, so for pydevd the two sides are the same; but it must know which files the editor has:
    # all others get a sourceReference, by which the editor can read what is in the container alone.
    remotes = [pair.remote for pair in paths.roots if pair.remote != pair.local]
    if is_foreign:
        remotes = [NOWHERE]
    mappings = {"pathMappings": [{"localRoot": root, "remoteRoot": root} for root in remotes]}
    return {
        "justMyCode": True,
        # A step must not let go a sibling thread that is parked at a breakpoint of its own.
        "steppingResumesAllThreads": False,
        **passed,
        **(mappings if remotes else {}),
        # Slashes are the hub's to turn, too.
        "clientOS": "unix",
        "stopAllThreadsOnSuspend": False,
        "subProcess": False,
    }
