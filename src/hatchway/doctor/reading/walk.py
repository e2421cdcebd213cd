"""Walks a project within bounds, and opens what a rule may want to know of."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

MOST_FILES = 50_000
"""Files that are walked past, at most."""
LARGEST = 1_000_000
"""Bytes of a file that is read."""
DEEPEST = 12
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
SKIPPED = frozenset(
    {
        *("node_modules", "bower_components", "vendor", "site-packages", "dist-packages", "build", "dist"),
        *("venv", "env", ".venv", ".tox", ".nox", ".eggs", "__pycache__", "htmlcov"),
        *(".git", ".hg", ".svn", ".idea", ".cache", ".mypy_cache", ".ruff_cache", ".pytest_cache"),
    }
)


def walk(root: Path, skipped: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the files of a project, relative and with slashes, the outer ones first.

    Links to folders are not followed; what cannot be listed is passed by. `skipped` are folders, relative.
    """
    waiting = [("", 0)]
    seen = 0
    for folder, depth in waiting:
        try:
            with os.scandir(root / folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in found:
            path = f"{folder}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                is_wanted = entry.name not in SKIPPED and path not in skipped
                if is_wanted and depth < DEEPEST:
                    waiting.append((f"{path}/", depth + 1))
                continue
            seen += 1
            if seen > MOST_FILES:
                return
            yield path


def read(root: Path, path: str) -> bytes:
    """Return what a file holds. Raises `OSError` if it is none, or too long."""
    # A named pipe would hold us for ever, a link may lead to one.
    descriptor = os.open(f"{root}/{path}", _HOW)
    try:
        told = os.fstat(descriptor)
        if not stat.S_ISREG(told.st_mode):
            msg = "it is no regular file"
            raise OSError(msg)
        if told.st_size > LARGEST:
            msg = f"it is longer than {LARGEST} bytes"
            raise OSError(msg)
        parts = []
        while part := os.read(descriptor, LARGEST):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)
