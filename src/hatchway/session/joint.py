"""What several clients wish for in one slot, made one wish: pure functions of request arguments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from hatchway.session.breakpoints import EMPTIED, place, read_wish
from hatchway.session.events import Message

_CONDITIONS: Final = ("condition", "hitCondition", "logMessage")


def join(command: str, own: Message, others: Iterable[Message]) -> tuple[Message, Sequence[int]]:
    """Add to one client's arguments what the others want; say which items are its own.

    All must be well-formed. Where two want the same place, the one without a condition is asked for: it
    stops whenever the other would.
    """
    if command == "setExceptionBreakpoints":
        return {name: _added_up(name, own, others) for name in EMPTIED[command]}, ()
    _, specs = read_wish(command, own)
    keep = range(len(specs))
    index = {repr(place(spec)): number for number, spec in enumerate(specs)}
    for other in others:
        for spec in read_wish(command, other)[1]:
            number = index.setdefault(repr(place(spec)), len(specs))
            if number == len(specs):
                specs.append(spec)
            elif not _is_conditional(spec):
                specs[number] = spec
    rest = {name: value for name, value in own.items() if name != "lines"}
    return {**rest, "breakpoints": specs}, keep


def _added_up(name: str, own: Message, others: Iterable[Message]) -> list[Any]:
    wanted: list[Any] = []
    for arguments in (own, *others):
        wanted += [item for item in arguments.get(name) or [] if item not in wanted]
    return wanted


def _is_conditional(spec: Mapping[str, Any]) -> bool:
    return any(spec.get(name) for name in _CONDITIONS)
