"""What a person sees: Hatchway's own lines, errors with their hints, and tables."""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from rich.console import OverflowMethod

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


_GAP = 3
"""Columns of the terminal between two of a table."""


def exit_code(code: int) -> int:
    """Return how a program ended as shells have it: 128 and its number, if that was a signal."""
    return code if code >= 0 else 128 - code


def say(text: str) -> None:
    """Print a line of Hatchway's own, whole and at once: editors wait for some of them."""
    # `docker run -it` takes the terminal raw: there, a line feed alone does not lead to the left edge.
    end = "\r\n" if sys.stdout.isatty() else "\n"
    sys.stdout.write(f"hatchway: {text}{end}")
    sys.stdout.flush()


def report(message: str, hint: str = "") -> None:
    """Print an error and what to do about it."""
    sys.stderr.write(f"hatchway: error: {message}\n")
    if hint:
        sys.stderr.write(f"hint: {hint}\n")
    sys.stderr.flush()


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, grows: str) -> None:
    """Print a table that fits the terminal: the column `grows` gives way first."""
    # What is in brackets is text, as in `psycopg[binary]`, and no style.
    Console(highlight=False, markup=False).print(table_of(columns, rows, grows=grows))


def table_of(columns: Sequence[str], rows: Sequence[Sequence[str]], *, grows: str) -> Table:
    """Return a table, to be printed or drawn."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        overflow: OverflowMethod = "fold" if column == grows else "ellipsis"
        table.add_column(column, overflow=overflow, no_wrap=column != grows, ratio=None)
    for row in rows:
        table.add_row(*row)
    return table


def fitting(
    columns: Sequence[str], rows: Sequence[Sequence[str]], *, grows: str, spare: Sequence[str]
) -> tuple[list[str], list[list[str]]]:
    """Leave out columns, in the order of `spare`, until the others fit the terminal, if there is one.

    The column `grows` may be folded, and needs no more than its longest word.
    """
    table = {name: [name, *(row[place] for row in rows)] for place, name in enumerate(columns)}
    widths = {
        name: max(len(word) for cell in cells for word in (cell.split() if name == grows else [cell]))
        for name, cells in table.items()
    }
    for name in spare:
        if sys.stdout.isatty() and sum(widths.values()) + _GAP * len(widths) > shutil.get_terminal_size()[0]:
            del table[name], widths[name]
    return list(table), [list(row) for row in zip(*(cells[1:] for cells in table.values()), strict=True)]


def show_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print a value for programs."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def counted(number: int, noun: str) -> str:
    """Return `1 worker` or `4 workers`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}{'es' if noun.endswith('s') else 's'}"
