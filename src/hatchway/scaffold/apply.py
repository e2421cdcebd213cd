"""The only hands of `scaffold` in a project: files are looked at, written all or none, and put back.

No symbolic link is followed, at no step of a path: what a link leads to may lie outside of the project.
"""

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from hatchway.errors import HatchwayError
from hatchway.scaffold.plan import Change, Standing

MOST_BYTES = 1 << 20
"""A larger file is none that we would edit."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """One file as it is and as it shall be; None: not there."""

    path: str
    before: bytes | None
    after: bytes | None
    folders: tuple[str, ...] = ()
    """Those that go with the file, if nothing else is in them."""


def look(root: Path, paths: Iterable[str]) -> dict[str, Standing]:
    """Return what stands at each of these paths of a project."""
    return {path: _look(root, path) for path in paths}


def _look(root: Path, path: str) -> Standing:
    names = path.split("/")
    for depth in range(1, len(names)):
        above = root.joinpath(*names[:depth])
        try:
            mode = above.lstat().st_mode
        except FileNotFoundError:
            return Standing()
        except OSError as error:
            return Standing(None, f"`{'/'.join(names[:depth])}` cannot be read: {error.strerror}")
        if stat.S_ISLNK(mode):
            return Standing(None, f"`{'/'.join(names[:depth])}` is a symbolic link")
        if not stat.S_ISDIR(mode):
            return Standing(None, f"`{'/'.join(names[:depth])}` is no folder")
    return _look_at_file(root.joinpath(*names))


def _look_at_file(file: Path) -> Standing:
    try:
        found = file.lstat()
        if stat.S_ISLNK(found.st_mode):
            return Standing(None, "it is a symbolic link")
        if not stat.S_ISREG(found.st_mode):
            return Standing(None, "it is no file")
        if found.st_size > MOST_BYTES:
            return Standing(None, f"it is larger than {MOST_BYTES >> 20} MB")
        return Standing(file.read_bytes())
    except FileNotFoundError:
        return Standing()
    except OSError as error:
        return Standing(None, f"it cannot be read: {error.strerror}")


def replacements(changes: Iterable[Change]) -> list[Replacement]:
    """Return the changes of a plan as what is done to files."""
    return [Replacement(change.path, change.before, change.after) for change in changes]


def missing_folders(root: Path, path: str) -> tuple[str, ...]:
    """Return the folders that are made for a file, the innermost first."""
    folders = [str(one) for one in PurePosixPath(path).parents][:-1]
    return tuple(one for one in folders if not (root / one).exists())


def apply(root: Path, wanted: Sequence[Replacement]) -> None:
    """Do all of it or nothing. Raises `HatchwayError` if it cannot be done; then all is as it was."""
    for one in wanted:
        if _look(root, one.path) != Standing(one.before):
            msg = f"{one.path} has changed meanwhile; nothing was written"
            raise HatchwayError(msg, "call `hatchway init` once more")
    done = _Undertaking(root)
    try:
        done.stage(wanted)
        done.swap(wanted)
    except OSError as error:
        done.roll_back()
        msg = f"{done.at} cannot be written: {error.strerror or error}; nothing was changed"
        raise HatchwayError(msg, "is the folder read-only, or the disk full?") from None
    except BaseException:  # Ctrl-C, too, leaves all or nothing
        done.roll_back()
        raise
    done.tidy()


class _Undertaking:
    """What was done so far, so that it can be taken back."""

    def __init__(self, root: Path) -> None:
        self.at = ""
        self._root = root
        self._folders: list[Path] = []
        self._staged: dict[str, Path] = {}
        self._kept: dict[str, Path] = {}
        self._swapped: list[Replacement] = []

    def stage(self, wanted: Sequence[Replacement]) -> None:
        """Write each new content beside its place, and keep the old one: a disk that is full is so here."""
        for one in wanted:
            self.at = one.path
            target = self._root / one.path
            if one.before is not None:
                self._kept[one.path] = _beside(target)
                _keep(target, self._kept[one.path])
            if one.after is None:
                continue
            self._make_folders(target.parent)
            self._staged[one.path] = staged = _beside(target)
            with staged.open("xb") as file:
                file.write(one.after)
                file.flush()
                os.fsync(file.fileno())
            if one.before is not None:
                staged.chmod(stat.S_IMODE(target.lstat().st_mode))

    def _make_folders(self, folder: Path) -> None:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir()
            self._folders.append(one)

    def swap(self, wanted: Sequence[Replacement]) -> None:
        """Put the new contents in their places, one after the other."""
        for one in wanted:
            self.at = one.path
            if one.after is None:
                (self._root / one.path).unlink()
            else:
                self._staged[one.path].replace(self._root / one.path)
            self._swapped.append(one)

    def roll_back(self) -> None:
        """Take everything back; nothing of it needs room on the disk."""
        for one in reversed(self._swapped):
            with contextlib.suppress(OSError):
                if one.before is None:
                    (self._root / one.path).unlink()
                else:
                    self._kept[one.path].replace(self._root / one.path)
        self.tidy()
        for folder in reversed(self._folders):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def tidy(self) -> None:
        """Remove what was kept and staged, and folders of ours that hold nothing any more."""
        for leftover in (*self._staged.values(), *self._kept.values()):
            leftover.unlink(missing_ok=True)
        for one in self._swapped:
            for folder in one.folders if one.after is None else ():
                with contextlib.suppress(OSError):
                    (self._root / folder).rmdir()


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:80]}.{secrets.token_hex(4)}")


def _keep(target: Path, kept: Path) -> None:
    try:
        os.link(target, kept, follow_symlinks=False)
    except OSError:  # a file system without links
        shutil.copy2(target, kept, follow_symlinks=False)
