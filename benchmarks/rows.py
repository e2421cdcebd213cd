"""What a measurement comes to: rows with a median and quartiles, as text, Markdown or JSON."""

import dataclasses
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """What is measured, and in which unit."""

    title: str
    unit: str
    digits: int = 2


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    table: Table
    python: str
    what: str
    median: float
    low: float
    high: float
    beside: str
    """What else there is to know, for example the absolute figure behind a ratio."""

    @property
    def figure(self) -> str:
        """The median, and where the middle half of all values lies."""
        digits = self.table.digits
        span = f"{self.low:.{digits}f} to {self.high:.{digits}f}"
        return f"{self.median:.{digits}f} {self.table.unit} ({span})"


def row(table: Table, python: str, what: str, values: Sequence[float], *, beside: str = "") -> Row:
    """Sum up values: median, first and third quartile."""
    if len(values) == 1:
        values = [*values, *values]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Row(table, python, what, median, low, high, beside)


def as_text(rows: Sequence[Row]) -> str:
    """Lay rows out in columns, a heading before each table."""
    cells = [(row.python, row.what, row.figure, row.beside) for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(4)]
    lines: list[str] = []
    for index, (row, cell) in enumerate(zip(rows, cells, strict=True)):
        if index == 0 or rows[index - 1].table != row.table:
            lines += ["", row.table.title]
        lines.append(
            "  " + "  ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)).rstrip()
        )
    return "\n".join(lines)


def as_markdown(rows: Sequence[Row]) -> str:
    """Make one Markdown table per measurement, a column for each Python."""
    lines: list[str] = []
    for table in dict.fromkeys(row.table for row in rows):
        mine = [row for row in rows if row.table == table]
        pythons = list(dict.fromkeys(row.python for row in mine))
        lines += ["", f"| {table.title} | " + " | ".join(f"Python {python}" for python in pythons) + " |"]
        lines.append("|---" * (len(pythons) + 1) + "|")
        for what in dict.fromkeys(row.what for row in mine):
            found = {row.python: row for row in mine if row.what == what}
            figures = [
                " ".join(filter(None, (found[python].figure, found[python].beside)))
                if python in found
                else "-"
                for python in pythons
            ]
            lines.append(f"| {what} | " + " | ".join(figures) + " |")
    return "\n".join(lines).strip()


def as_json(rows: Sequence[Row]) -> str:
    """Give every row with all its fields."""
    return json.dumps([dataclasses.asdict(row) for row in rows], indent=2)
