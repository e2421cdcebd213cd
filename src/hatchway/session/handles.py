"""The integers the editor knows threads, frames and variables by, each standing for one worker's own id.

Theory: every worker counts from one, so its ids collide with its siblings', and pydevd uses the id of a dead
frame again for a new one. So each thing the editor is told of gets the next integer of one sequence that
never goes back, whatever its kind. A handle means one native id for ever: when the thread runs on, its
frames' and variables' handles are forgotten, and a late question about one is refused rather than answered
about something else. The same native id issued twice in one life is the same handle.
"""

from dataclasses import dataclass

from hatchway.dap.idkind import IdKind as Kind
from hatchway.model import WorkerKey

__all__ = ["Handles", "Kind", "Native", "StaleHandleError", "UnknownHandleError"]

LOOSE_LIMIT = 10_000
"""Most handles of a worker that belong to no thread (of its output, say); the oldest go first."""


@dataclass(frozen=True, slots=True)
class Native:
    """A worker's own id of something."""

    worker: WorkerKey
    kind: Kind
    id: int | str


class UnknownHandleError(LookupError):
    """This integer was never given out, or not for this kind of thing."""


class StaleHandleError(UnknownHandleError):
    """This integer stood for something that is no more."""


class Handles:
    """Both directions of the table, and who owns what in it."""

    def __init__(self) -> None:
        """Start at one: zero means "none" in half of DAP's fields."""
        self._last = 0
        self._natives: dict[int, Native] = {}
        self._owners: dict[int, int] = {}
        self._handles: dict[Native, int] = {}
        self._owned: dict[int, list[int]] = {}
        self._loose: dict[WorkerKey, dict[int, None]] = {}

    def fresh(self) -> int:
        """Take an integer of the sequence for something that is no native id."""
        self._last += 1
        return self._last

    def issue(self, native: Native, owner: int = 0) -> int:
        """Give the handle of a native id; `owner` is the thread handle it lives and dies with, 0 for none."""
        handle = self._handles.get(native)
        if handle is not None:
            return handle
        handle = self.fresh()
        self._natives[handle] = native
        self._handles[native] = handle
        if owner:
            self._owners[handle] = owner
            self._owned.setdefault(owner, []).append(handle)
        elif native.kind is not Kind.THREAD:
            loose = self._loose.setdefault(native.worker, {})
            loose[handle] = None
            if len(loose) > LOOSE_LIMIT:
                self._drop(next(iter(loose)))
        return handle

    def resolve(self, handle: int, kind: Kind) -> Native:
        """Say what a handle stands for; a LookupError if for nothing of this kind."""
        native = self._natives.get(handle)
        if native is None and 0 < handle <= self._last:
            raise StaleHandleError(handle)
        if native is None or native.kind is not kind:
            raise UnknownHandleError(handle)
        return native

    def owner(self, handle: int) -> int:
        """Name the thread a handle lives and dies with, 0 for none."""
        return self._owners.get(handle, 0)

    def forget_owned(self, thread: int) -> None:
        """Forget what belongs to a thread, because it ran on; the thread itself stays known."""
        for handle in self._owned.pop(thread, ()):
            self._drop(handle)

    def forget_thread(self, thread: int) -> None:
        """Forget a thread that is over, and all that belongs to it."""
        self.forget_owned(thread)
        self._drop(thread)

    def forget_worker(self, worker: WorkerKey) -> None:
        """Forget all that a worker ever named."""
        for handle in [handle for handle, native in self._natives.items() if native.worker == worker]:
            self.forget_owned(handle)
            self._drop(handle)
        self._loose.pop(worker, None)

    def __len__(self) -> int:
        """Count the handles in use."""
        return len(self._natives)

    def _drop(self, handle: int) -> None:
        native = self._natives.pop(handle, None)
        if native is not None:
            self._handles.pop(native, None)
            self._owners.pop(handle, None)
            self._loose.get(native.worker, {}).pop(handle, None)
