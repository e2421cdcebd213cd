"""Says of each line of output which worker printed it."""

from collections.abc import MutableMapping


def prefixed(label: str, category: str, text: str, line_open: MutableMapping[str, bool]) -> str:
    """Put `[label] ` before each line that begins in this text; `line_open` remembers one left unended."""
    if not text:
        return text
    lines = text.splitlines(keepends=True)
    first = 1 if line_open.get(category) else 0
    line_open[category] = not lines[-1].endswith(("\n", "\r"))
    return "".join([*lines[:first], *(f"[{label}] {line}" for line in lines[first:])])
