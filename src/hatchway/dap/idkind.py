"""What an id in a DAP message names: the words of the generated table `idfields`."""

from enum import StrEnum


class IdKind(StrEnum):
    """One kind per space of ids."""

    THREAD = "thread"
    FRAME = "frame"
    VARIABLES = "variables"
    SOURCE = "source"
    BREAKPOINT = "breakpoint"
    MODULE = "module"
    GOTO = "goto"
    STEP_IN = "step in"
    PROGRESS = "progress"
    MEMORY = "memory"
    LOCATION = "location"
    DATA = "data"
    """A data breakpoint's `dataId`."""
    SEQ = "seq"
    """Numbers of messages: each side of the hub has its own."""
    FOREIGN = "foreign"
    """Names something outside the protocol (a process, an exception type, an error): never translated."""
