"""Runs the rules over the facts, and leaves out what the project asks to leave out."""

import inspect
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hatchway.doctor import rules
from hatchway.doctor.facts import Facts
from hatchway.doctor.rule import Diagnosis, Finding, Rule, Severity
from hatchway.errors import UsageError
from hatchway_agent.plugins import discover

SECTIONS = ("What it finds", "Why it breaks", "Example", "Use instead", "Fix safety")
"""What the docstring of every rule has, in this order."""
_IGNORE = re.compile(r"hatchway:\s*ignore\s+(HW\d+(?:[\s,]+HW\d+)*)")
MOST = 1000
"""Findings of one rule, at most."""


@dataclass(frozen=True, slots=True)
class Known:
    """A rule and what its file says about it."""

    rule: Rule
    name: str
    doc: str

    @property
    def summary(self) -> str:
        """What it finds, in one line."""
        return self.doc.partition("\n")[0].rstrip(".")


def known_rules() -> dict[str, Known]:
    """Return every rule by its code, in the order of codes."""
    found: Mapping[str, Any] = discover(rules, "RULE")
    listed = [
        Known(rule, module.replace("_", "-"), inspect.getdoc(sys.modules[f"{rules.__name__}.{module}"]) or "")
        for module, rule in found.items()
    ]
    return {one.rule.code: one for one in sorted(listed, key=lambda one: one.rule.code)}


def named_rule(word: str, known: Mapping[str, Known]) -> Known:
    """Return the rule of a code or a name; raises `UsageError` if there is none."""
    for code, one in known.items():
        if word.upper() == code or word.lower() == one.name:
            return one
    msg = f"no rule is called {word}"
    raise UsageError(msg, "`hatchway doctor --rules` lists them")


def diagnose(
    facts: Facts, known: Mapping[str, Known], ignored: Collection[str] = (), chosen: Collection[str] = ()
) -> list[Diagnosis]:
    """Return what the rules find, of each rule one thing in one place, by file and line."""
    found = []
    for code, one in known.items():
        if code in ignored or (chosen and code not in chosen):
            continue
        seen = set()
        for finding in _bounded(one.rule.check(facts)):
            if finding.where not in seen and not _is_ignored(code, finding, facts.texts):
                seen.add(finding.where)
                found.append(Diagnosis(code, one.name, one.rule.severity, finding))
    return sorted(found, key=_order)


def fails(found: Sequence[Diagnosis], threshold: str) -> bool:
    """Tell whether something was found that counts as a failure: at least as severe as `threshold` says."""
    if threshold == "never":
        return False
    least = Severity[threshold.upper()]
    return any(one.severity >= least for one in found)


def _order(one: Diagnosis) -> tuple[object, ...]:
    where = one.finding.where
    return bool(where.container), where.container, where.path, where.line, where.column, one.code


def _bounded(found: Iterator[Finding]) -> Iterator[Finding]:
    for _, finding in zip(range(MOST), found, strict=False):
        yield finding


def _is_ignored(code: str, finding: Finding, texts: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether a comment on the line, or alone on the one above it, names the rule."""
    lines = texts.get(finding.where.path, ())
    line = finding.where.line
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    above = lines[line - 2].strip() if 1 < line <= len(lines) + 1 else ""
    told = [here, above if above.startswith(("#", "//", ";")) else ""]
    return any(code in re.findall(r"HW\d+", found[1]) for text in told if (found := _IGNORE.search(text)))
