"""What a trial leaves in the engine and in the folder, and how it is taken away, also after it was killed."""

import contextlib
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from hatchway.cli._notes import noted, undo_forsaken
from hatchway.errors import HatchwayError
from hatchway.files import walk
from hatchway.scaffold.project import PRUNED

log = logging.getLogger(__name__)

HATCHWAY = (sys.executable, "-m", "hatchway")
COMPOSE = ("docker", "compose")
_KIND = "trials"
_SHOWN = 30
"""Lines of a command's output that are shown when it failed."""
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""What Compose puts in between for terminals, asked or not."""
_DATABASE = re.compile(r".+\.(sqlite3?|db)(-journal|-wal|-shm)?")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Traces:
    """Of one trial."""

    folder: str
    environ: Mapping[str, str]
    """What its commands are called with, beside our own; the name of its project is in it."""
    databases: tuple[str, ...] | None
    """Those in files of the folder, as it was; None: none is written there."""
    made: tuple[str, ...]
    """Folders that the engine makes for volumes inside of the project's."""

    def call(self, *argv: str) -> str:
        """Return what a command prints. Raises `HatchwayError` with its last lines if it fails."""
        done = subprocess.run(  # noqa: S603 - ours and Compose
            argv,
            cwd=self.folder,
            env={**os.environ, **self.environ, "NO_COLOR": "1", "COMPOSE_ANSI": "never"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C is ours: we clean up
            check=False,
        )
        if done.returncode:
            lines = _CONTROL.sub("", done.stdout + done.stderr).strip().splitlines()[-_SHOWN:]
            raise HatchwayError("\n".join(lines) or f"exit code {done.returncode}")
        return _CONTROL.sub("", done.stdout)

    def remove(self) -> None:
        """End and remove all of it."""
        with contextlib.suppress(HatchwayError):
            self.call(*HATCHWAY, "down", "--volumes")
        self.call(*COMPOSE, "--profile", "*", "down", "--volumes", "--remove-orphans", "--rmi", "local")
        if self.databases is not None:
            for database in set(databases_in(Path(self.folder))) - set(self.databases):
                Path(database).unlink(missing_ok=True)
        for made in self.made:
            with contextlib.suppress(OSError):
                Path(made).rmdir()

    def noted(self) -> AbstractContextManager[None]:
        """Have them removed by the next trial if we are killed while the block runs."""
        return noted(_KIND, json.dumps(asdict(self)))


def remove_forsaken() -> None:
    """Remove the traces of trials that were killed."""

    def undo(note: str) -> None:
        # Its folder, or what made it a project, may be gone.
        traces = Traces(**json.loads(note))
        log.warning("removing what a check of %s left that was killed", traces.folder)
        with contextlib.suppress(HatchwayError, FileNotFoundError, NotADirectoryError):
            traces.remove()

    undo_forsaken(_KIND, undo)


def databases_in(folder: Path) -> tuple[str, ...]:
    """Return the files of a folder that are databases, or belong to one, by their names."""
    found: list[str] = []
    for one in walk(folder, _DEEPEST):
        one.folders[:] = [name for name in one.folders if not name.startswith(".") and name not in PRUNED]
        names = (entry.name for entry in one.files if _DATABASE.fullmatch(entry.name))
        found += [str(folder / one.path / name) for name in names]
    return tuple(found)
