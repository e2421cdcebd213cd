"""How places, stacks and sources are written, to the letter as pdb does."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from hatchway.terminal.pdb.effects import Say

PAGE: Final = 11
"""Lines that `list` shows."""
ARROW: Final = "-> "


def place(frame: Mapping[str, Any], line: int | None = None) -> str:
    """Write where a frame is: `/srv/app.py(21)read()`."""
    return f"{path_of(frame)}({frame.get('line') if line is None else line}){frame.get('name', '')}()"


def path_of(frame: Mapping[str, Any]) -> str:
    """Return a frame's file."""
    source = frame.get("source") or {}
    return str(source.get("path") or source.get("name") or "?")


def entry(
    frame: Mapping[str, Any],
    lines: Sequence[str],
    *,
    current: bool,
    line: int | None = None,
    returns: str | None = None,
) -> list[Say]:
    """Write a frame as one of a stack: the place, what it is about to return, and its line below."""
    number = int(frame.get("line", 0)) if line is None else line
    arrow = "" if returns is None else f"->{returns}"
    said = [Say(f"{'>' if current else ' '} {place(frame, number)}{arrow}")]
    if 1 <= number <= len(lines):
        said.append(Say(ARROW, lines[number - 1].strip()))
    return said


def traced(frame: Mapping[str, Any], lines: Sequence[str]) -> list[Say]:
    """Write a frame as Python's tracebacks do."""
    number = int(frame.get("line", 0))
    said = [Say(f'  File "{path_of(frame)}", line {number}, in {frame.get("name", "")}')]
    if 1 <= number <= len(lines):
        said.append(Say("    ", lines[number - 1].strip()))
    return said


def listing(
    lines: Sequence[str], first: int, last: int, current: int | None, marked: Collection[int]
) -> list[Say]:
    """Write the lines from `first` to `last`, with the current one and those with breakpoints marked."""
    said = []
    for number in range(max(1, first), min(last, len(lines)) + 1):
        gutter = str(number).rjust(3)
        gutter += " " if len(gutter) < 4 else ""  # noqa: PLR2004 - three digits and a space, then the mark
        gutter += "B" if number in marked else " "
        gutter += "->" if number == current else ""
        said.append(Say(f"{gutter}\t", lines[number - 1].rstrip()))
    return said


def table(rows: Sequence[Sequence[str]], width: int, spare: Sequence[int] = ()) -> list[Say]:
    """Write rows in columns, cut to the width of the terminal; these columns are left out before that."""
    columns = dict(enumerate(zip(*rows, strict=True)))
    widths = {place: max(map(len, column)) for place, column in columns.items()}
    for place in spare:
        if sum(widths.values()) + 2 * (len(widths) - 1) > width:
            del columns[place], widths[place]
    kept = zip(*columns.values(), strict=True)
    lines = ["  ".join(map(str.ljust, row, widths.values())) for row in kept]
    return [Say(line.rstrip()[:width]) for line in lines]
