"""Findings for people: by file, each with the line it is about and the way out beneath."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from hatchway.doctor.diagnose import Known
from hatchway.doctor.report import Form
from hatchway.doctor.rule import Diagnosis, Severity

WIDTH = 80
_MARGIN = 6
_GUTTER = 4


def render(found: Sequence[Diagnosis], known: Mapping[str, Known], texts: Mapping[str, Sequence[str]]) -> str:
    """Return the report; it ends with one line that counts."""
    del known
    blocks = []
    for place, those in groupby(found, key=lambda one: one.finding.where.container or one.finding.where.path):
        head = _safe(place) or "this project"
        blocks.append("\n".join([head, *(_told(one, texts) for one in those)]) + "\n")
    return "\n".join([*blocks, _counted(found) + "\n"])


def _told(one: Diagnosis, texts: Mapping[str, Sequence[str]]) -> str:
    where = one.finding.where
    lines = [*_wrapped(f"{one.code} {one.severity.word}: ", one.finding.message, "  ")]
    of_file = texts.get(where.path, ())
    if 0 < where.line <= len(of_file):
        shown = _cut(of_file[where.line - 1], where.column)
        lines.append(f"{' ' * _MARGIN}{where.line:>{_GUTTER}} | {shown}".rstrip())
    if one.finding.hint:
        lines += _wrapped("fix: ", one.finding.hint, " " * _MARGIN)
    return "\n".join(lines)


def _cut(line: str, column: int) -> str:
    """Return as much of a line as there is room for, with the column in it."""
    room = WIDTH - _MARGIN - _GUTTER - len(" | ")
    shown = _safe(line).rstrip()
    if len(shown) > room and column > room * 2 // 3:
        start = min(column - room // 3, len(shown) - room + len("..."))
        shown = f"...{shown[start:]}"
    return shown if len(shown) <= room else f"{shown[: room - 3]}..."


def _safe(text: str) -> str:
    """Return a text of a project's as one that cannot steer the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _wrapped(head: str, text: str, margin: str) -> list[str]:
    return textwrap.wrap(
        f"{head}{_safe(text)}",
        WIDTH,
        initial_indent=margin,
        subsequent_indent=margin + " " * (_MARGIN - len(margin) if len(margin) < _MARGIN else len("fix: ")),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _counted(found: Sequence[Diagnosis]) -> str:
    if not found:
        return "nothing found"
    by_severity = Counter(one.severity for one in found)
    parts = [
        f"{by_severity[severity]} {severity.word}{'s' if by_severity[severity] > 1 else ''}"
        for severity in sorted(Severity, reverse=True)
        if by_severity[severity]
    ]
    return f"{', '.join(parts)}; `hatchway doctor --explain {found[0].code}` says more about one"


REPORT = Form("text", render)
