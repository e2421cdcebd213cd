"""The ledger: every breakpoint the editor wishes for, and what each worker made of it.

Theory: a wish has an id of its own that outlives workers and repeated `setBreakpoints`. Each worker binds it
under a native id, and counts only when it is LIVE, since before that it would not stop. Merged, a wish is
verified if any live worker bound it, where the first of them did - but not before all workers there are had
their say, as a request may reach any of them. The editor is told of a change only when the merged answer
differs from the last one it got.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from hatchway.dap.messages import is_id
from hatchway.model import WorkerKey
from hatchway.session.translate import RefusalError

Slot: TypeAlias = tuple[str, str]
"""What one request replaces as a whole: its command, and the source's path if it has one."""

WISH_LIMIT: Final = 10_000
PENDING: Final = "pending: no worker has armed it yet"
_HIT_COUNT: Final = re.compile(r"\s*(?:(?:==|[<>]=?|%)?\s*\d+\s*)?")
_LAZY: Final = "Waiting for code to be loaded"
"""How pydevd begins its message for a template whose code it has not seen yet."""


@dataclass(slots=True)
class Wish:
    """One breakpoint the editor wants."""

    id: int
    spec: Mapping[str, Any]
    bindings: dict[WorkerKey, Mapping[str, Any]] = field(default_factory=dict)
    """Per worker: its answer, with its own id and the editor's paths."""
    told: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Entry:
    """What one request asked for: sent to every worker, replayed to newborns."""

    slot: Slot
    arguments: Mapping[str, Any]
    wishes: list[Wish] = field(default_factory=list)
    visit: int = 0
    """During whose visit it was last sent."""


@dataclass(frozen=True, slots=True)
class Sayings:
    """What is to be said of breakpoints besides the workers' word; empty where there is nothing."""

    remark: Callable[[str], str] = lambda _: ""
    """Of a file, whatever becomes of its breakpoints."""
    absent: Callable[[], str] = lambda: ""
    """Why there is no worker."""
    explained: Callable[[str], str] = lambda _: ""
    """Why breakpoints of a file do not bind."""


class BreakpointLedger:
    """The editor's wishes, kept for workers yet to be born."""

    def __init__(
        self,
        fresh: Callable[[], int],
        is_live: Callable[[WorkerKey], bool],
        is_complete: Callable[[], bool] = lambda: True,
        sayings: Sayings = Sayings(),
    ) -> None:
        """Take ids from `fresh`; ask `is_live` whose bindings count, `is_complete` whether all do."""
        self.visit = 0
        self._fresh = fresh
        self._is_live = is_live
        self._is_complete = is_complete
        self._sayings = sayings
        self._entries: dict[Slot, Entry] = {}

    def replace(self, command: str, arguments: Mapping[str, Any]) -> Entry:
        """Take the editor's latest wish for a slot; RefusalError if it is none."""
        slot, specs = read_wish(command, arguments)
        known = list(self._entries[slot].wishes) if slot in self._entries else []
        if sum(len(entry.wishes) or 1 for entry in self._entries.values()) + len(specs) > WISH_LIMIT:
            text = f"more than {WISH_LIMIT} breakpoints are not kept"
            raise RefusalError(text)
        wishes = []
        for spec in specs:
            # The same place asked for again is the same breakpoint, whatever its condition is now.
            old = next((wish for wish in known if place(wish.spec) == place(spec)), None)
            if old is not None:
                known.remove(old)
            wishes.append(Wish(self._fresh(), spec) if old is None else Wish(old.id, spec, old.bindings))
        earlier = self._entries.pop(slot, None)
        if command in _ADDED_UP and earlier is not None:
            arguments = {**earlier.arguments, **arguments}
        entry = Entry(slot, arguments, wishes, self.visit)
        if wishes or command not in _LISTS:
            self._entries[slot] = entry
        return entry

    def replay(self) -> Iterator[Entry]:
        """Give all that a worker born later must be told."""
        yield from list(self._entries.values())

    def unsent(self) -> Iterator[Entry]:
        """Take out what the present editor did not ask for: an earlier one's wishes, emptied."""
        for slot, entry in list(self._entries.items()):
            if entry.visit != self.visit:
                del self._entries[slot]
                if slot[0] in EMPTIED:
                    yield Entry(slot, {**entry.arguments, **EMPTIED[slot[0]]})

    def bind(self, entry: Entry, worker: WorkerKey, answers: object) -> None:
        """Note how a worker answered, one item per wish, in their order."""
        items = answers if isinstance(answers, list) else []
        for wish, item in zip(entry.wishes, items, strict=False):
            if isinstance(item, Mapping):
                wish.bindings[worker] = {key: value for key, value in item.items() if value is not None}

    def fail(self, entry: Entry, worker: WorkerKey, why: str) -> None:
        """Note that a worker would not have any of it."""
        for wish in entry.wishes:
            wish.bindings[worker] = {"verified": False, "message": why}

    def update(self, worker: WorkerKey, item: Mapping[str, Any]) -> None:
        """Note that a worker changed its mind about one."""
        wish = self._find(worker, item.get("id"))
        if wish is not None:
            wish.bindings[worker] = {**wish.bindings[worker], **item}

    def forget(self, worker: WorkerKey) -> None:
        """Forget what a worker answered."""
        for wish in self._wishes():
            wish.bindings.pop(worker, None)

    def editor_id(self, worker: WorkerKey, native: int) -> int | None:
        """Say which wish a worker means by its own id."""
        wish = self._find(worker, native)
        return None if wish is None else wish.id

    def tell(self, entry: Entry) -> list[Mapping[str, Any]]:
        """Give the merged answers of one request, which count as told."""
        for wish in entry.wishes:
            wish.told = self._merged(entry, wish)
        return [wish.told for wish in entry.wishes if wish.told is not None]

    def changes(self) -> Iterator[Mapping[str, Any]]:
        """Give the merged answers that differ from what was told, which now count as told."""
        for entry in self._entries.values():
            for wish in entry.wishes:
                if wish.told is not None and (merged := self._merged(entry, wish)) != wish.told:
                    wish.told = merged
                    yield merged

    def unbound(self) -> list[str]:
        """Return the files of which the editor was told that a breakpoint does not bind."""
        return [
            entry.slot[1]
            for entry in self._entries.values()
            if entry.slot[1]
            and any(wish.told is not None and wish.told.get("reason") == "failed" for wish in entry.wishes)
        ]

    def _merged(self, entry: Entry, wish: Wish) -> Mapping[str, Any]:
        if why := misread(wish.spec):
            return {**_place(wish), "id": wish.id, "verified": False, "reason": "failed", "message": why}
        counted = [item for worker, item in wish.bindings.items() if self._is_live(worker)]
        was_verified = wish.told is not None and wish.told["verified"]
        if not counted or not (was_verified or self._is_complete()):
            why = (not counted and self._is_complete() and self._sayings.absent()) or PENDING
            return {**_place(wish), "id": wish.id, "verified": False, "reason": "pending", "message": why}
        # A worker that has the file at all has more to say than one that has not.
        best = max(counted, key=lambda item: (item.get("verified") is True, "id" in item))
        merged = {**_place(wish), **best, "id": wish.id, "verified": best.get("verified") is True}
        if merged["verified"]:
            merged.pop("message", None)
        else:
            lazy = str(merged.get("message", "")).startswith(_LAZY)
            merged["reason"] = "pending" if lazy else "failed"
            if not lazy and (why := self._sayings.explained(entry.slot[1])):
                merged["message"] = "; ".join(filter(None, (merged.get("message"), why)))
        # Of a file that differs, that is the reason why a line is none there, too.
        if remark := self._sayings.remark(entry.slot[1]):
            merged["message"] = remark
        return merged

    def _find(self, worker: WorkerKey, native: object) -> Wish | None:
        return next(
            (w for w in self._wishes() if worker in w.bindings and w.bindings[worker].get("id") == native),
            None,
        )

    def _wishes(self) -> Iterator[Wish]:
        for entry in self._entries.values():
            yield from entry.wishes


def _place(wish: Wish) -> Mapping[str, Any]:
    return {key: wish.spec[key] for key in ("line", "column") if key in wish.spec}


_LISTS: Final = ("setBreakpoints", "setFunctionBreakpoints")
"""Commands whose empty list is nothing to keep."""
_ADDED_UP: Final = ("setDebuggerProperty",)
"""Commands that leave standing what they do not name."""
EMPTIED: Final[Mapping[str, Mapping[str, Any]]] = {
    "setBreakpoints": {"breakpoints": []},
    "setFunctionBreakpoints": {"breakpoints": []},
    "setExceptionBreakpoints": {"filters": [], "filterOptions": [], "exceptionOptions": []},
}
"""What asks for nothing. The other commands cannot be taken back."""


def place(spec: Mapping[str, Any]) -> tuple[Any, ...]:
    """Tell where a breakpoint is asked for: two with the same place are the same breakpoint."""
    return spec.get("line"), spec.get("column"), spec.get("name")


def misread(spec: Mapping[str, Any]) -> str:
    """Say why a breakpoint would never stop: pydevd takes a hit count it cannot read for one not reached."""
    wanted = str(spec.get("hitCondition") or "")
    if _HIT_COUNT.fullmatch(wanted) or "@HIT@" in wanted:
        return ""
    return f"the hit count {wanted!r} cannot be read: 3, == 3, > 3, >= 3, < 3, <= 3 or % 3"


def read_wish(command: str, arguments: Mapping[str, Any]) -> tuple[Slot, list[Mapping[str, Any]]]:
    """Check a wish so far that pydevd cannot stumble over it, as it does over a missing line.

    Returns its slot and, where it is a list, a new list of what it asks for. Raises `RefusalError`.
    """
    source = arguments.get("source")
    path = source.get("path") if isinstance(source, Mapping) else None
    match command:
        case "setBreakpoints":
            if not isinstance(path, str):
                text = "a breakpoint needs the path of a file: source.path is missing"
                raise RefusalError(text)
            specs = _objects(arguments, "breakpoints")
            if "breakpoints" not in arguments:  # the old form
                lines = arguments.get("lines")
                specs = [{"line": line} for line in lines] if isinstance(lines, list) else []
            _each_has(specs, "line", is_id)
            return (command, path), specs
        case "setFunctionBreakpoints":
            specs = _objects(arguments, "breakpoints")
            _each_has(specs, "name", lambda name: isinstance(name, str))
            return (command, ""), specs
        case "setExceptionBreakpoints":
            filters = arguments.get("filters")
            if not isinstance(filters, list) or not all(isinstance(name, str) for name in filters):
                text = "filters must be a list of strings"
                raise RefusalError(text)
            _objects(arguments, "exceptionOptions")
            _objects(arguments, "filterOptions")
            return (command, ""), []
        case _:
            return (command, path if isinstance(path, str) else ""), []


def _objects(arguments: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = arguments.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        text = f"{name} must be a list of objects"
        raise RefusalError(text)
    return list(items)


def _each_has(specs: list[Mapping[str, Any]], name: str, fits: Callable[[Any], bool]) -> None:
    for spec in specs:
        if not fits(spec.get(name)):
            text = f"a breakpoint needs a {name}, not {spec.get(name)!r:.40}"
            raise RefusalError(text)
