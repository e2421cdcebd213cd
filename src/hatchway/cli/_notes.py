"""Notes of what is to be undone, locked by who made it: those of a process that was killed are free."""

import contextlib
import os
import secrets
import sys
from collections.abc import Callable, Iterator

from hatchway.delivery import cache_directory, cache_place
from hatchway.engines.rendezvous import private_directory

if sys.platform != "win32":
    import fcntl


@contextlib.contextmanager
def noted(kind: str, text: str) -> Iterator[None]:
    """Keep a note while the block runs; the kernel takes its lock back when the process ends.

    Where files are not locked, none is made.
    """
    if sys.platform == "win32":
        yield
        return
    notes = private_directory(cache_directory() / kind)
    name = f"hatchway-{secrets.token_hex(6)}"
    fresh, note = notes / f".{name}", notes / name
    with fresh.open("x", encoding="utf-8") as held:
        try:
            held.write(text)
            held.flush()
            fcntl.flock(held, fcntl.LOCK_EX)
            fresh.rename(note)  # it is locked already when others may find it
            yield
        finally:
            for left in (fresh, note):
                left.unlink(missing_ok=True)


def undo_forsaken(kind: str, undo: Callable[[str], object]) -> None:
    """Call `undo` with the text of each note that nobody holds; it is gone after that, unless that fails."""
    notes = cache_place() / kind
    if sys.platform == "win32" or not notes.is_dir():
        return
    for note in notes.glob("hatchway-*"):
        with contextlib.suppress(OSError), note.open(encoding="utf-8") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(held.fileno()).st_nlink:  # nobody else has just undone it
                undo(held.read())
                note.unlink()
