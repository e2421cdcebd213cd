"""A project: a folder seen read-only, walked once within bounds, of which nothing is ever run."""

import codecs
import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from hatchway.errors import HatchwayError
from hatchway.scaffold.facts import Note

MOST_ENTRIES = 60_000
"""Files and folders that are looked at; the nearest to the root come first."""
MOST_IN_FOLDER = 10_000
DEEPEST = 24
LARGEST = 1_000_000
"""Bytes of a file that is read; what is larger was not written by a person."""

PRUNED = frozenset(
    [
        "node_modules",
        "bower_components",
        "site-packages",
        "__pycache__",
        "__pypackages__",
        "venv",
        "virtualenv",
        "htmlcov",
    ]
)
"""Folders of tools, beside all hidden ones, those with a `pyvenv.cfg` and those of an egg."""
DATA = frozenset(
    ["data", "dataset", "datasets", "media", "uploads", "output", "outputs", "logs", "tmp", "dist", "build"]
)
"""Folders that hold data, unless Python lies in them."""
_ROOT = "."


@dataclass(frozen=True)
class Project:
    """A folder's files by their paths relative to it, with `/` between folders, the nearest first."""

    root: Path
    files: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    _texts: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def known(self) -> frozenset[str]:
        """Return the files, to look one up."""
        return frozenset(self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """Return every folder that has a file somewhere below it, the root included."""
        found = {_ROOT}
        for file in self.files:
            folder = folder_of(file)
            while folder not in found:
                found.add(folder)
                folder = folder_of(folder)
        return frozenset(found)

    def has(self, file: str) -> bool:
        """Tell whether there is such a file."""
        return file in self.known

    def named(self, *names: str) -> Iterator[str]:
        """Yield the files that have one of these names."""
        yield from sorted((one for name in names for one in self._by_name.get(name, ())), key=_depth)

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for file in self.files:
            found.setdefault(file.rpartition("/")[2], []).append(file)
        return found

    def near(self, folder: str, path: str, files: Iterable[str] | None = None) -> str:
        """Return the file that a path means to a command run in a folder; empty: there is none.

        A path may be one of an image, whose folders are its own: it is the end of it that counts.
        """
        path = path.removeprefix("./")
        if not path.startswith("/") and self.has(direct := join(folder, path)):
            return direct
        parts = path.strip("/").split("/")
        endings = (
            ["/".join(parts[number:]) for number in range(len(parts))] if path.startswith("/") else [path]
        )
        for ending in endings:
            fitting = [file for file in files or self.files if file == ending or file.endswith(f"/{ending}")]
            for place in (folder, folder_of(folder)):
                if found := [file for file in fitting if is_within(file, place)]:
                    return min(found, key=lambda file: (file.count("/"), file))
        return ""

    def content(self, file: str) -> bytes:
        """Return what is in a file; nothing if it cannot be read, is no plain file or is too large."""
        if file not in self._texts:
            self._texts[file] = _read(self.root / file) if file in self.known else b""
        return self._texts[file]

    def text(self, file: str) -> str:
        r"""Return a file as text with `\\n` at the ends of lines, whatever it is encoded in."""
        content = self.content(file)
        for mark, encoding in _MARKS:
            if content.startswith(mark):
                return _lines(content[len(mark) :].decode(encoding, "replace"))
        try:
            return _lines(content.decode())
        except UnicodeDecodeError:
            return _lines(content.decode("latin-1"))


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def open_project(root: Path) -> Project:
    """Walk a folder. Raises `HatchwayError` if there is none or it cannot be read."""
    walk = _Walk(root)
    walk.start()
    return Project(root, tuple(walk.files), tuple(walk.notes[:_MOST_NOTES]))


class _Walk:
    """Goes through a folder, level by level."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._waiting = deque([(_ROOT, 0)])
        self.files: list[str] = []
        self.notes: list[Note] = []

    def start(self) -> None:
        seen = 0
        while self._waiting:
            folder, depth = self._waiting.popleft()
            entries = self._entries(folder)
            seen += len(entries)
            if not _is_left_out(PurePosixPath(folder).name, entries):
                self._take(folder, depth, entries)
            if seen >= MOST_ENTRIES:
                self.notes.append(Note(f"only the first {MOST_ENTRIES} files and folders were looked at"))
                break

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(self._root / folder) as found:
                entries = [entry for entry, _ in zip(found, range(MOST_IN_FOLDER), strict=False)]
        except OSError as error:
            if folder == _ROOT:
                msg = f"{self._root} cannot be read: {error.strerror}"
                raise HatchwayError(msg, "call `hatchway init` in the folder of your project") from error
            self.notes.append(Note(f"the folder {folder} cannot be read: {error.strerror}"))
            return []
        if len(entries) == MOST_IN_FOLDER:
            self.notes.append(Note(f"of {folder}, only {MOST_IN_FOLDER} entries were looked at"))
        return sorted(entries, key=lambda entry: entry.name)

    def _take(self, folder: str, depth: int, entries: list[os.DirEntry[str]]) -> None:
        for entry in entries:
            path = entry.name if folder == _ROOT else f"{folder}/{entry.name}"
            if not entry.name.isprintable():
                self.notes.append(Note(f"left out, for its name cannot be printed: {path!a}"))
            elif _is_folder(entry):
                if not entry.name.startswith(".") and entry.name not in PRUNED and depth < DEEPEST:
                    self._waiting.append((path, depth + 1))
            elif _is_file(entry, self._root):
                self.files.append(path)


_MOST_NOTES = 20


def folder_of(file: str) -> str:
    """Return the folder a file lies in, `.` for the root."""
    return file.rpartition("/")[0] or _ROOT


def join(folder: str, name: str) -> str:
    """Return the path of `name` in a folder, `.` and `..` resolved; it may lie outside of the project."""
    if name.startswith((".", "/")) or "/" in name or ".." in folder:
        return os.path.normpath(f"{folder}/{name}").replace(os.sep, "/")
    return name if folder == _ROOT else f"{folder}/{name}"


def _depth(file: str) -> tuple[int, str]:
    return file.count("/"), file


def is_within(file: str, folder: str) -> bool:
    """Tell whether a file or folder lies in a folder, or is it."""
    return folder in (_ROOT, file) or file.startswith(f"{folder}/")


def within(file: str, folder: str) -> str:
    """Return a path as it is seen from a folder that it lies in."""
    return file if folder == _ROOT else file.removeprefix(f"{folder}/") if file != folder else _ROOT


def _is_left_out(name: str, entries: list[os.DirEntry[str]]) -> bool:
    names = {entry.name for entry in entries}
    if "pyvenv.cfg" in names or name.endswith((".egg-info", ".egg", ".dist-info")):
        return True
    return name in DATA and not any(one.endswith(".py") for one in names)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    # Of a link to a folder nothing is read: it may lead round, or out.
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str], root: Path) -> bool:
    try:
        if not entry.is_symlink():
            return entry.is_file(follow_symlinks=False)
        return entry.is_file() and Path(entry.path).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _read(path: Path) -> bytes:
    try:
        # What was a file when the folder was read may be a fifo by now: opening that must not wait.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123 - of a descriptor, not of a path
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
                return b""
            return file.read(LARGEST + 1)
    except (OSError, ValueError):
        return b""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
