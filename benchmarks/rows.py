"""What a measurement comes to: rows with a median and quartiles, as text, Markdown or JSON."""

import dataclasses
import json
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


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
    column: str
    """The version of Python; or the state, where what is measured brings Pythons of its own."""
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


def row(table: Table, column: str, what: str, values: Sequence[float], *, beside: str = "") -> Row:
    """Sum up values: median, first and third quartile."""
    if len(values) == 1:
        values = [*values, *values]
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Row(table, column, what, median, low, high, beside)


def as_text(rows: Sequence[Row]) -> str:
    """Lay rows out in columns, a heading before each table."""
    cells = [(row.column, row.what, row.figure, row.beside) for row in rows]
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
    """Make one Markdown table per measurement, a column for each Python or state."""
    lines: list[str] = []
    for table in dict.fromkeys(row.table for row in rows):
        mine = [row for row in rows if row.table == table]
        columns = list(dict.fromkeys(row.column for row in mine))
        lines += ["", f"| {table.title} | " + " | ".join(map(_heading, columns)) + " |"]
        lines.append("|---" * (len(columns) + 1) + "|")
        for what in dict.fromkeys(row.what for row in mine):
            found = {row.column: row for row in mine if row.what == what}
            figures = [
                ", ".join(filter(None, (found[column].figure, found[column].beside)))
                if column in found
                else "-"
                for column in columns
            ]
            lines.append(f"| {what} | " + " | ".join(figures) + " |")
    return "\n".join(lines).strip()


def _heading(column: str) -> str:
    return f"Python {column}" if re.fullmatch(r"3\.\d+", column) else column


def around(file: Path, name: str) -> tuple[str, str]:
    """Return a file's text up to its mark of that name, and from its end mark on. Raises `ValueError`."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    text = file.read_text()
    if (text.count(begin), text.count(end)) != (1, 1):
        message = f"{file} has not one line {begin.strip()} and one {end}"
        raise ValueError(message)
    before, _, rest = text.partition(begin)
    return before + begin, end + rest.partition(end)[2]


def write_into(file: Path, name: str, rows: Sequence[Row]) -> None:
    """Put the tables between a file's marks of that name."""
    before, after = around(file, name)
    file.write_text(f"{before}{as_markdown(rows)}\n{after}")


def as_json(rows: Sequence[Row]) -> str:
    """Give every row with all its fields."""
    return json.dumps([dataclasses.asdict(row) for row in rows], indent=2)
