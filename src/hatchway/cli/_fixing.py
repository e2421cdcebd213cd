"""Shows the edits that the doctor proposes, and makes them when the user agrees."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from hatchway.cli.screen import counted, say
from hatchway.doctor.fixing import by_file, difference, fixed
from hatchway.doctor.rule import Edit
from hatchway.errors import HatchwayError


def offer_fixes(
    project: Path, edits: Sequence[Edit], texts: Mapping[str, Sequence[str]], *, is_agreed: bool
) -> None:
    """Print the difference, ask unless that is agreed, and write.

    Raises `HatchwayError` if nobody can be asked, or a file cannot be written.
    """
    changed = {path: fixed(texts[path], those) for path, those in by_file(edits).items()}
    changed = {path: lines for path, lines in changed.items() if lines != list(texts[path])}
    if not changed:
        say("nothing that can safely be fixed")
        return
    for path, lines in changed.items():
        sys.stdout.write(difference(path, texts[path], lines))
    if not is_agreed:
        if not sys.stdin.isatty():
            msg = "nobody is there to ask"
            raise HatchwayError(msg, "`hatchway doctor --fix --yes` does not ask")
        if not click.confirm(f"Change {counted(len(changed), 'file')}?"):
            return
    for path, lines in changed.items():
        _write(project / path, lines, texts[path])
    say(f"{counted(len(changed), 'file')} changed")


def _write(path: Path, lines: Sequence[str], before: Sequence[str]) -> None:
    """Write the lines with the file's own line ends; its mode stays as it is."""
    try:
        old = path.read_bytes().decode("utf-8")
        if old.removeprefix("\ufeff").splitlines() != list(before):
            msg = f"{path} has changed meanwhile"
            raise HatchwayError(msg, "run `hatchway doctor --fix` again")
        end = "\r\n" if "\r\n" in old else "\n"
        mark = "\ufeff" if old.startswith("\ufeff") else ""
        last = end if old.endswith(("\n", "\r")) and lines else ""
        path.write_bytes((mark + end.join(lines) + last).encode())
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be changed: {error}"
        raise HatchwayError(msg) from None
