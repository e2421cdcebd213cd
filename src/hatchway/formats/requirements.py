"""Requirements as pip takes them: the lines of a file, and what one of them asks for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_ASKED = re.compile(
    r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(===|==|~=|>=|<=|<|>|!=)?\s*v?([\d.]*)(.*)",
    re.DOTALL,
)
_EGG = re.compile(r"#egg=([\w.-]+)")
_AFTER = re.compile(r"\s+#|\s--hash")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one requirement asks for; the first limit of its version alone."""

    name: str
    """As indexes compare it."""
    text: str
    operator: str = ""
    version: str = ""


def normal(name: str) -> str:
    """Return a distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the requirements of a file with the lines they begin in; options and comments are left out."""
    rest = iter(enumerate(text.splitlines(), start=1))
    for number, first in rest:
        line = first
        while line.endswith("\\"):
            line = line[:-1] + next(rest, (0, ""))[1]
        line = line.strip()
        if line.startswith(("-e", "--editable")):
            line = line.partition(" ")[2]
        if line and not line.startswith(("#", "-")):
            yield number, line


def asked(requirement: str) -> Asked | None:
    """Return what a requirement asks for: `flask[async]>=3; python_version>"3"`, `git+https://.../x.git#egg=x`.

    None: it is an address or a path that names no distribution.
    """
    text = _AFTER.split(requirement.strip(), maxsplit=1)[0].strip()
    if egg := _EGG.search(text):
        return Asked(normal(egg[1]), text)
    found = _ASKED.fullmatch(text)
    # What goes on with a colon or a slash is an address or a path.
    if not found or found[4].startswith((":", "/", "\\")):
        return None
    return Asked(normal(found[1]), text, found[2] or "", found[3] if found[2] else "")
