"""Which compose files a folder means: those named, else `COMPOSE_FILE`, else the nearest usual ones."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hatchway.formats.compose import NAMES, OVERRIDES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class ComposeFiles:
    """The user's choice of compose files and profiles, as given on the command line."""

    folder: Path
    files: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()

    def words(self, *more: Path) -> list[str]:
        """Return the words of a `docker compose` that reads the user's files and, last, `more`.

        Compose no longer looks for files by itself when one is named, so that all of them must be.
        """
        chosen = [*self.chosen(), *map(str, more)] if more else list(self.files)
        named = [word for file in chosen for word in ("-f", file)]
        return ["compose", *named, *(word for profile in self.profiles for word in ("--profile", profile))]

    def chosen(self) -> list[str]:
        """Return the user's compose files; none if there are none."""
        if self.files:
            return list(self.files)
        environ = {**_env_file(self.folder), **os.environ}
        if listed := environ.get("COMPOSE_FILE"):
            return listed.split(environ.get("COMPOSE_PATH_SEPARATOR") or os.pathsep)
        return list(self._nearest())

    def _nearest(self) -> Iterator[str]:
        for folder in (self.folder, *self.folder.parents):
            found = [folder / name for name in NAMES if (folder / name).is_file()]
            if found:
                yield str(found[0])
                yield from (str(folder / name) for name in OVERRIDES if (folder / name).is_file())
                return


def _env_file(folder: Path) -> dict[str, str]:
    """Return what `.env` sets; Compose itself reads the rest of it, we need to know `COMPOSE_FILE`."""
    try:
        lines = (folder / ".env").read_text("utf-8").splitlines()
    except (OSError, UnicodeError):
        return {}
    pairs = (line.removeprefix("export ").partition("=") for line in map(str.strip, lines) if "=" in line)
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs if not name.startswith("#")}
