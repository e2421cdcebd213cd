"""A project: a folder seen read-only, walked once within bounds, of which nothing is ever run."""

import codecs
import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from hatchway.errors import HatchwayError
from hatchway.files import Folder, read, walk
from hatchway.scaffold.facts import Note

MOST_ENTRIES = 60_000
"""Files and folders that are looked at; the nearest to the root come first."""
MOST_IN_FOLDER = 10_000
DEEPEST = 24

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
    unread: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    """Files that something should have been learnt from, and why they were not read."""
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
            self._texts[file] = self._read(file) if file in self.known else b""
        return self._texts[file]

    def _read(self, file: str) -> bytes:
        try:
            return read(f"{self.root}/{file}")
        except OSError as error:
            self.unread[file] = error.strerror or str(error)
            return b""

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
    walked = _Walk(root)
    walked.start()
    return Project(root, tuple(walked.files), tuple(walked.notes[:_MOST_NOTES]))


class _Walk:
    """Goes through a folder, level by level."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._within = root.resolve()
        self.files: list[str] = []
        self.notes: list[Note] = []
        self._left_out: dict[str, list[str]] = {}
        """By why, what is no file of the project."""

    def start(self) -> None:
        seen = 0
        for folder in walk(self._root, DEEPEST, MOST_IN_FOLDER):
            self._require(folder)
            seen += folder.size
            self._take(folder)
            if seen >= MOST_ENTRIES:
                self.notes.append(Note(f"only the first {MOST_ENTRIES} files and folders were looked at"))
                break
        self.notes += [Note(f"{why}: {_listed(paths)}") for why, paths in self._left_out.items()]

    def _require(self, folder: Folder) -> None:
        path = folder.path.removesuffix("/")
        if folder.error and not path:
            msg = f"{self._root} cannot be read: {folder.error.strerror}"
            raise HatchwayError(msg, "call `hatchway init` in the folder of your project") from folder.error
        if folder.error:
            self.notes.append(Note(f"the folder {path} cannot be read: {folder.error.strerror}"))
        if folder.is_cut:
            self.notes.append(Note(f"of {path or _ROOT}, only {MOST_IN_FOLDER} entries were looked at"))

    def _take(self, folder: Folder) -> None:
        if _is_left_out(folder):
            folder.folders.clear()
            return
        for name in (*folder.folders, *(entry.name for entry in folder.files)):
            if not name.isprintable():
                self.notes.append(Note(f"left out, for its name cannot be printed: {folder.path + name!a}"))
        folder.folders[:] = [
            name
            for name in folder.folders
            if not name.startswith(".") and name not in PRUNED and name.isprintable()
        ]
        for entry in folder.files:
            if entry.name.isprintable() and self._is_file(folder.path, entry):
                self.files.append(folder.path + entry.name)

    def _is_file(self, folder: str, entry: os.DirEntry[str]) -> bool:
        is_link = entry.is_symlink()
        with contextlib.suppress(OSError, RuntimeError):
            if entry.is_file() and (not is_link or Path(entry.path).resolve().is_relative_to(self._within)):
                return True
        why = _NO_LINKS if is_link else _NO_FILE
        self._left_out.setdefault(why, []).append(folder + entry.name)
        return False


_NO_FILE = "left out, for nothing that is no plain file is read"
_NO_LINKS = "left out, for no link is followed that leads out, round or to a folder"


def _listed(paths: list[str]) -> str:
    shown = ", ".join(paths[:3])
    return f"{shown} and {len(paths) - 3} more" if len(paths) > 3 else shown  # noqa: PLR2004 - as many


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


def _is_left_out(folder: Folder) -> bool:
    names = [entry.name for entry in folder.files]
    name = folder.path.removesuffix("/").rpartition("/")[2]
    if "pyvenv.cfg" in names or name.endswith((".egg-info", ".egg", ".dist-info")):
        return True
    return name in DATA and not any(one.endswith(".py") for one in names)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
