"""Rewrites the ids and paths of a message, driven by the generated table of where they are.

A walk by DAP type, not by key: a bare `id` means another thing in each type. The walk copies what it changes
and never fails on a shape it does not expect; what is no id where one should be stays as it is outward (a
worker may say what it likes) and is refused inward (an editor gets a sentence).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from hatchway.dap.idfields import ARGUMENTS, EVENTS, FIELDS, RESPONSES
from hatchway.dap.idkind import IdKind as Kind
from hatchway.dap.messages import is_id
from hatchway.errors import HatchwayError
from hatchway.model import WorkerKey
from hatchway.session.handles import Handles, Native, StaleHandleError, UnknownHandleError

NO_ID: Final = None
"""What a translation answers for an id that has no counterpart: the field, or the item of a list, goes."""

ZERO_IS_NONE: Final = frozenset({Kind.VARIABLES, Kind.SOURCE, Kind.LOCATION})
"""Kinds whose 0 (or less) means that there is nothing to name."""
_UNTRANSLATED: Final = frozenset({Kind.SEQ, Kind.FOREIGN})
_STRINGS: Final = frozenset({Kind.PROGRESS, Kind.MEMORY, Kind.DATA})
"""Kinds that are strings on the wire."""

_CUSTOM: Final[Mapping[str, Mapping[str, Kind | str]]] = {
    "SetPydevdSourceMapArguments": {"source": "Source", "pydevdSourceMaps": "PydevdSourceMap"},
    "PydevdSourceMap": {"runtimeSource": "Source"},
}
"""pydevd's own types, which the schema does not know."""
_CUSTOM_ARGUMENTS: Final = {"setPydevdSourceMap": "SetPydevdSourceMapArguments"}

ChangeId: TypeAlias = Callable[[Kind, str, Any], Any]
"""Given the kind, the field's name and the id: the other side's id, or NO_ID."""
ChangePath: TypeAlias = Callable[[str], str]


class RefusalError(HatchwayError):
    """A request that cannot be served; the message is what the editor shows."""


@dataclass(frozen=True, slots=True)
class Outward:
    """From one worker to the editor."""

    handles: Handles
    worker: WorkerKey
    path: ChangePath
    breakpoint: Callable[[int], int | None]
    """The editor's id of one of this worker's breakpoints."""
    owner: int = 0
    """The thread handle that frames and variables live and die with."""
    has: Callable[[str], bool] | None = None
    """Tells of a worker's path whether the editor has the file; None: it has all that it can see."""

    def body(self, command: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Translate a response's body."""
        return rewrite(RESPONSES.get(command, ""), body, self._id, self.path, self.has)

    def event(self, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Translate an event's body."""
        return rewrite(EVENTS.get(name, ""), body, self._id, self.path, self.has)

    def thread(self, native: int) -> int:
        """Give a thread's handle."""
        return self.handles.issue(Native(self.worker, Kind.THREAD, native))

    def _id(self, kind: Kind, _field: str, value: Any) -> Any:
        if kind in _STRINGS:
            native = Native(self.worker, kind, value) if isinstance(value, str) else None
            return str(self.handles.issue(native)) if native else NO_ID
        if not is_id(value) and not (kind is Kind.MODULE and isinstance(value, str)):
            return value
        if kind in ZERO_IS_NONE and value <= 0:
            return 0
        if kind is Kind.BREAKPOINT:
            return self.breakpoint(value)
        owner = self.owner if kind in (Kind.FRAME, Kind.VARIABLES, Kind.STEP_IN) else 0
        return self.handles.issue(Native(self.worker, kind, value), owner)


@dataclass(frozen=True, slots=True)
class Inward:
    """From the editor to one worker."""

    handles: Handles
    worker: WorkerKey
    path: ChangePath

    def arguments(self, command: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Translate a request's arguments; RefusalError for an id that is not this worker's."""
        type_name = ARGUMENTS.get(command) or _CUSTOM_ARGUMENTS.get(command, "")
        return rewrite(type_name, arguments, self._id, self.path)

    def wish(self, command: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Translate what every worker is told: paths, but no ids, which would mean something in one only."""
        type_name = ARGUMENTS.get(command) or _CUSTOM_ARGUMENTS.get(command, "")
        return rewrite(type_name, arguments, lambda *_: NO_ID, self.path)

    def _id(self, kind: Kind, field: str, value: Any) -> Any:
        if kind in ZERO_IS_NONE and value == 0:
            return 0
        native = resolve(self.handles, kind, field, value)
        if native.worker != self.worker:
            text = f"{field} {value} belongs to another worker than the rest of the request"
            raise RefusalError(text)
        return native.id


def resolve(handles: Handles, kind: Kind, field: str, value: Any) -> Native:
    """Say what an id of the editor's stands for, or why it stands for nothing."""
    if kind in _STRINGS and isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value[:10])
    if not is_id(value):
        text = f"{field} must be a number, not {value!r:.40}"
        raise RefusalError(text)
    try:
        return handles.resolve(value, kind)
    except StaleHandleError:
        fate = "is gone" if kind is Kind.THREAD else "ran on, or is gone"
        text = f"{field} {value} is no more: its thread {fate}"
        raise RefusalError(text) from None
    except UnknownHandleError:
        text = f"there is no {kind} {value}"
        raise RefusalError(text) from None


def rewrite(
    type_name: str,
    value: Mapping[str, Any],
    ids: ChangeId,
    path: ChangePath,
    has: Callable[[str], bool] | None = None,
) -> dict[str, Any]:
    """Copy a value of a DAP type with its ids and paths changed.

    A source that the other side `has` is opened there by its path: it loses its reference.
    """
    result = dict(value)
    if type_name == "Source" and has is not None and has(str(result.get("path"))):
        result.pop("sourceReference", None)
    for field, what in (FIELDS.get(type_name) or _CUSTOM.get(type_name, {})).items():
        old = result.get(field)
        if old is None:
            continue
        new = _rewrite_field(field, what, old, ids, path, has)
        if new is NO_ID:
            del result[field]
        else:
            result[field] = new
    if type_name == "Source" and isinstance(result.get("path"), str):
        result["path"] = path(result["path"])
    return result


def _rewrite_field(  # noqa: PLR0913, PLR0917 - what `rewrite` was given, for one field
    field: str,
    what: Kind | str,
    old: Any,
    ids: ChangeId,
    path: ChangePath,
    has: Callable[[str], bool] | None,
) -> Any:
    if isinstance(old, list):
        items = (_rewrite_field(field, what, item, ids, path, has) for item in old)
        return [item for item in items if item is not NO_ID]
    if isinstance(what, Kind):
        return old if what in _UNTRANSLATED else ids(what, field, old)
    return rewrite(what, old, ids, path, has) if isinstance(old, Mapping) else old
