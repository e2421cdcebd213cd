"""A rule's page: what its docstring says, as people read it and as examples that are run."""

import re
from collections.abc import Iterator, Mapping

from hatchway.doctor.diagnose import SECTIONS, Known

_FILE = re.compile(r"^In `([^`]+)`:\n((?:\n|    .*\n)+)", re.MULTILINE)


def page(one: Known) -> str:
    """Return the page in Markdown; `hatchway doctor --explain` prints the same."""
    body = one.doc.partition("\n")[2].strip()
    return f"# {one.rule.code}: {one.name}\n\n{one.summary}. Severity: {one.rule.severity.word}.\n\n{body}\n"


def example(one: Known, section: str) -> Mapping[str, str]:
    """Return the files that a section shows, by their paths."""
    return {name: _dedented(body) for name, body in _FILE.findall(f"{sections(one)[section]}\n")}


def sections(one: Known) -> Mapping[str, str]:
    """Return what stands under each heading; raises `ValueError` where one is missing or out of order."""
    parts = re.split(r"^## (.+)$", one.doc, flags=re.MULTILINE)
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    if tuple(told) != SECTIONS:
        msg = f"the sections of {one.name} are {', '.join(told)}; they must be {', '.join(SECTIONS)}"
        raise ValueError(msg)
    return told


def index(known: Mapping[str, Known]) -> str:
    """Return the page that lists all rules."""
    return "".join(_index(known))


def _index(known: Mapping[str, Known]) -> Iterator[str]:
    yield "# Rules of `hatchway doctor`\n\n| rule | name | severity | what it finds |\n|---|---|---|---|\n"
    for code, one in known.items():
        yield f"| [{code}]({code}.md) | {one.name} | {one.rule.severity.word} | {one.summary} |\n"


def _dedented(body: str) -> str:
    return "".join(f"{line.removeprefix('    ')}\n" for line in body.strip("\n").splitlines())
