"""Which files of a project a rule may want to know of."""

from collections.abc import Iterator
from pathlib import Path

from hatchway import files

MOST_FILES = 50_000
"""Files that are walked past, at most."""
DEEPEST = 12
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
    seen = 0
    for folder in files.walk(root, DEEPEST):
        folder.folders[:] = [
            name for name in folder.folders if name not in SKIPPED and f"{folder.path}{name}" not in skipped
        ]
        for entry in folder.files:
            seen += 1
            if seen > MOST_FILES:
                return
            yield f"{folder.path}{entry.name}"


def read(root: Path, path: str) -> bytes:
    """Return what a file holds. Raises `OSError` if it is none, or too long."""
    return files.read(f"{root}/{path}")
