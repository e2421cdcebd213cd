"""A chain of links, tried in turn up to the first that does not hold, each told as soon as it is known."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hatchway.errors import HatchwayError


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain, and whether it holds; where it does not, why, and what to do."""

    what: str
    holds: bool
    seconds: float
    detail: str = ""
    hint: str = ""


class BrokenError(HatchwayError):
    """A link does not hold; it is told already."""


@dataclass
class Chain:
    """The links so far; `tell` is called with each."""

    tell: Callable[[Link], None]
    links: list[Link] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether every link that was tried holds."""
        return all(link.holds for link in self.links)

    @contextlib.contextmanager
    def link(self, what: str) -> Iterator[list[str]]:
        """Try one; what is put into the list last replaces its words. Raises `BrokenError` if it breaks."""
        words = [what]
        started = time.monotonic()
        try:
            yield words
        except (HatchwayError, OSError, LookupError) as error:
            spent = time.monotonic() - started
            self._add(Link(words[-1], holds=False, seconds=spent, detail=str(error), hint=_hint(error)))
            raise BrokenError(what) from None
        self._add(Link(words[-1], holds=True, seconds=time.monotonic() - started))

    def _add(self, link: Link) -> None:
        self.links.append(link)
        self.tell(link)


def _hint(error: Exception) -> str:
    return error.hint if isinstance(error, HatchwayError) else ""
