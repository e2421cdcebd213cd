"""Which worker a request goes to: every client request of the schema once, and the custom ones."""

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Route(Enum):
    """The ways a request can go."""

    LOCAL = "the hub answers"
    ALL = "every worker is asked or told, the answers are merged"
    THREAD = "the worker of arguments.threadId"
    FRAME = "the worker of arguments.frameId"
    VARIABLES = "the worker of arguments.variablesReference"
    SOURCE = "the worker of arguments.sourceReference"
    FOCUSED = "the worker of the thread looked at last"
    REFUSED = "answered with a clear failure"


ROUTES: Final[Mapping[str, Route]] = {
    # The session itself.
    "initialize": Route.LOCAL,
    "attach": Route.LOCAL,
    "configurationDone": Route.LOCAL,
    "disconnect": Route.LOCAL,
    "terminate": Route.LOCAL,
    "cancel": Route.LOCAL,
    "launch": Route.REFUSED,
    "restart": Route.REFUSED,
    # Wishes, which also reach workers yet to be born.
    "setBreakpoints": Route.ALL,
    "setFunctionBreakpoints": Route.ALL,
    "setExceptionBreakpoints": Route.ALL,
    "setDebuggerProperty": Route.ALL,
    "setPydevdSourceMap": Route.ALL,
    "setDataBreakpoints": Route.REFUSED,
    "setInstructionBreakpoints": Route.REFUSED,
    "dataBreakpointInfo": Route.REFUSED,
    "breakpointLocations": Route.REFUSED,
    # Running on.
    "continue": Route.THREAD,
    "next": Route.THREAD,
    "stepIn": Route.THREAD,
    "stepOut": Route.THREAD,
    "goto": Route.THREAD,
    "pause": Route.THREAD,
    "stepBack": Route.REFUSED,
    "reverseContinue": Route.REFUSED,
    "restartFrame": Route.REFUSED,
    "terminateThreads": Route.REFUSED,
    # Looking.
    "threads": Route.ALL,
    "modules": Route.ALL,
    "stackTrace": Route.THREAD,
    "exceptionInfo": Route.THREAD,
    "scopes": Route.FRAME,
    "evaluate": Route.FRAME,
    "setExpression": Route.FRAME,
    "completions": Route.FRAME,
    "stepInTargets": Route.FRAME,
    "variables": Route.VARIABLES,
    "setVariable": Route.VARIABLES,
    "source": Route.SOURCE,
    "gotoTargets": Route.FOCUSED,
    "pydevdSystemInfo": Route.FOCUSED,
    "loadedSources": Route.REFUSED,
    "readMemory": Route.REFUSED,
    "writeMemory": Route.REFUSED,
    "disassemble": Route.REFUSED,
    "locations": Route.REFUSED,
    # Custom.
    "debugpySystemInfo": Route.LOCAL,
    "hatchwaySnapshot": Route.LOCAL,
    "hatchwayTakeControls": Route.LOCAL,
    "pydevdAuthorize": Route.REFUSED,
}

REASONS: Final[Mapping[str, str]] = {
    "launch": 'hatchway attaches to what already runs: use "request": "attach", and start the program with '
    "`hatchway run` or `hatchway up`",
    "restart": "hatchway does not restart programs: save a file under --reload, or restart the service",
    "pydevdAuthorize": "only the hub may speak to a worker's lock",
}
"""Why a refused request is refused, where more can be said than that pydevd has no such thing."""

DEFAULT_REASON: Final = "the Python debugger cannot do this"
