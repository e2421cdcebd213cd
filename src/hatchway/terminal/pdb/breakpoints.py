"""The breakpoints a person numbers, and how a hub that knows no numbers is asked for them.

DAP replaces all breakpoints of a file at once and knows neither temporary nor ignored ones: those are counted
here, for all workers together, when a worker has stopped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hatchway.terminal.pdb.effects import Ask, Script

FUNCTIONS: Final = ""
"""The path under which breakpoints by a function's name are kept."""


@dataclass(slots=True)
class Breakpoint:
    """One of them."""

    number: int
    """As `break` lists it; 0 for one that nobody asked for by hand."""
    source: Mapping[str, Any]
    line: int
    function: str = ""
    condition: str = ""
    temporary: bool = False
    enabled: bool = True
    commands: tuple[str, ...] = ()
    """What is done whenever it stops."""
    ignored: int = 0
    """How many more hits do not stop."""
    hits: int = 0
    dap_id: int = 0
    message: str = ""
    """Why it is not verified, in the hub's words."""

    @property
    def path(self) -> str:
        """Return its file."""
        return str(self.source.get("path", FUNCTIONS))

    @property
    def where(self) -> str:
        """Say where it is."""
        return f"{self.path}:{self.line}" if self.path else f"function {self.function}"


@dataclass(slots=True)
class Book:
    """All of them, by number."""

    kept: dict[int, Breakpoint] = field(default_factory=dict)
    entry: Breakpoint | None = None
    """On the first line of the program."""
    gone: set[int] = field(default_factory=set)
    """DAP ids of temporary ones that have done their work; another worker may still stop there."""
    last: int = 0

    def add(self, source: Mapping[str, Any], line: int, **more: Any) -> Breakpoint:
        """Take a new one in, under the next number."""
        self.last += 1
        self.kept[self.last] = Breakpoint(self.last, source, line, **more)
        return self.kept[self.last]

    def at(self, path: str, line: int) -> list[Breakpoint]:
        """Find those on a line."""
        return [one for one in self.kept.values() if (one.path, one.line) == (path, line)]

    def lines(self, path: str) -> set[int]:
        """Return the lines of a file that have one."""
        return {one.line for one in self.kept.values() if one.path == path}

    def all(self) -> Iterator[Breakpoint]:
        """Give them, that of the entry too."""
        yield from self.kept.values()
        if self.entry is not None:
            yield self.entry

    def update(self, item: Mapping[str, Any]) -> Breakpoint | None:
        """Take the hub's word on one."""
        for one in self.all():
            if one.dap_id == item.get("id"):
                one.message = "" if item.get("verified") else str(item.get("message", ""))
                return one
        return None

    def commands(self, ids: list[int]) -> list[str]:
        """Return what is to be done at a stop at these."""
        return [line for one in self.all() if one.dap_id in ids for line in one.commands]

    def take_hits(self, ids: list[int]) -> tuple[bool, list[Breakpoint]]:
        """Count a stop at these; tell whether it counts for a person, and which temporary ones it ends."""
        if not ids:
            return True, []
        wanted, ended = False, []
        for one in [known for known in self.all() if known.dap_id in ids]:
            one.hits += 1
            if one.ignored:
                one.ignored -= 1
                continue
            wanted = True
            if one.temporary:
                ended.append(one)
                self.gone.add(one.dap_id)
                self.forget(one)
        known = {one.dap_id for one in self.all()} | self.gone
        return wanted or not set(ids) <= known, ended

    def forget(self, one: Breakpoint) -> None:
        """Take one out."""
        if one is self.entry:
            self.entry = None
        self.kept.pop(one.number, None)


def send(book: Book, path: str, last: Mapping[str, Any] | None = None) -> Script:
    """Have the hub know a file's breakpoints, as they are now; `last` is the source of one just cleared."""
    held = [one for one in book.all() if one.path == path and one.enabled]
    specs = [_spec(one) for one in held]
    if path == FUNCTIONS:
        request = Ask("setFunctionBreakpoints", {"breakpoints": specs})
    else:
        source = held[0].source if held else last or {"path": path}
        request = Ask("setBreakpoints", {"source": dict(source), "breakpoints": specs})
    body = yield request
    for one, item in zip(held, body.get("breakpoints", []), strict=False):
        one.dap_id = item.get("id", 0)
        book.update(item)


def _spec(one: Breakpoint) -> dict[str, Any]:
    place: dict[str, Any] = {"name": one.function} if one.path == FUNCTIONS else {"line": one.line}
    return place | ({"condition": one.condition} if one.condition else {})
