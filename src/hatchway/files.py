"""Somebody's folder, read only: no fifo holds us, no link leads round, what is too large is left alone."""

import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

LARGEST = 1_000_000
"""Bytes of a file that is read; what is larger was not written by a person."""
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Folder:
    """What one folder holds, by name; what is taken out of `folders` is not gone into."""

    path: str
    """Relative, with a slash at its end; empty for the root."""
    files: list[os.DirEntry[str]]
    """All that is no folder: links to folders, too."""
    folders: list[str]
    error: OSError | None = None
    is_cut: bool = False
    """It has more than was looked at."""

    @property
    def size(self) -> int:
        """Return how many entries were looked at."""
        return len(self.files) + len(self.folders)


def walk(root: Path, deepest: int, widest: int | None = None) -> Iterator[Folder]:
    """Yield a folder and those in it, the outer ones first, `widest` entries of each; no link is followed."""
    waiting = deque([("", 0)])
    while waiting:
        path, depth = waiting.popleft()
        folder = _look(root, path, widest)
        yield folder
        if depth < deepest:
            waiting.extend((f"{path}{name}/", depth + 1) for name in folder.folders)


def _look(root: Path, path: str, widest: int | None) -> Folder:
    files: list[os.DirEntry[str]] = []
    folders: list[str] = []
    try:
        with os.scandir(f"{root}/{path}") as found:
            for entry in islice(found, widest):
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                else:
                    files.append(entry)
            is_cut = next(found, None) is not None
    except OSError as error:
        return Folder(path, [], [], error)
    files.sort(key=lambda entry: entry.name)
    folders.sort()
    return Folder(path, files, folders, is_cut=is_cut)


def read(path: str | Path) -> bytes:
    """Return what a file holds. Raises `OSError` if it is none, or longer than `LARGEST`."""
    # What was a file when its folder was read may be a named pipe by now, or lead to one: that would hold us.
    descriptor = os.open(path, _HOW)
    try:
        told = os.fstat(descriptor)
        if not stat.S_ISREG(told.st_mode):
            msg = "it is no regular file"
            raise OSError(msg)
        if told.st_size > LARGEST:
            msg = f"it is longer than {LARGEST} bytes"
            raise OSError(msg)
        # Not all it may have grown to meanwhile.
        parts = []
        left = LARGEST
        while left and (part := os.read(descriptor, left)):
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)
