"""Looks a project over for `hatchway doctor`: facts are read, rules run, and what they find is reported."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hatchway.cli._fixing import offer_fixes
from hatchway.cli._inspecting import containers
from hatchway.cli._running import out_of_reach
from hatchway.cli.screen import counted
from hatchway.doctor import reports
from hatchway.doctor.diagnose import Known, diagnose, fails, known_rules, named_rule
from hatchway.doctor.pages import page
from hatchway.doctor.reading.configuration import read_configuration
from hatchway.doctor.reading.docker import DOCKER
from hatchway.doctor.reading.project import read_facts
from hatchway.errors import UsageError
from hatchway_agent.plugins import discover

if TYPE_CHECKING:
    from hatchway.doctor.facts import Facts
    from hatchway.doctor.report import Form
    from hatchway.doctor.rule import Diagnosis

_PLAINLY = "\ncompose files were read plainly: the shell's variables are not put in"
_LEVELS = ("error", "warning", "note", "never")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for; a project's configuration may add to it."""

    form: str = "text"
    fail_on: str | None = None
    ignore: Sequence[str] = ()
    only: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found."""

    found: "tuple[Diagnosis, ...]"
    texts: Mapping[str, Sequence[str]]
    report: str
    fails: bool


def rule_page(word: str) -> str:
    """Return the page of a rule; raises `UsageError` if there is none of this code or name."""
    return page(named_rule(word, known_rules()))


def rule_list() -> str:
    """Return a line for each rule."""
    return "".join(f"{code}  {one.name}: {one.summary}\n" for code, one in known_rules().items())


def examine(project: Path, wanted: Wanted) -> Examined:
    """Look the project over; raises `UsageError` for what nobody can do."""
    known = known_rules()
    configured = read_configuration(project)
    forms: dict[str, Form] = {form.name: form for form in discover(reports, "REPORT").values()}
    form = forms[_one_of("--format", wanted.form, sorted(forms))]
    threshold = _one_of("fail-on", wanted.fail_on or configured.fail_on or "error", _LEVELS)
    facts = read_facts(
        project,
        datetime.now(UTC).date(),
        excluded=frozenset(configured.exclude),
        environ=os.environ,
        docker=DOCKER,
    )
    facts = replace(facts, out_of_reach=out_of_reach(project), containers=containers(project, facts.services))
    ignored = _codes([*wanted.ignore, *configured.ignore], known)
    chosen = _codes(wanted.only, known) or frozenset(known)
    found = diagnose(facts, known, ignored, chosen)
    report = form.render(found, known, facts.texts)
    if form.name == "text" and not found:
        report = _nothing_found(facts, len(chosen - ignored))
    return Examined(tuple(found), facts.texts, report, fails(found, threshold))


def _nothing_found(facts: "Facts", rules: int) -> str:
    """Say what was looked at, which may be less than was meant, and what to do next."""
    seen = (
        (len(facts.dockerfiles), "Dockerfile"),
        (sum(len(stack.files) for stack in facts.stacks), "compose file"),
        (len(facts.services), "service"),
        (len([name for name in facts.names if name.endswith(".py")]), "Python file"),
    )
    looked = ", ".join(counted(number, noun) for number, noun in seen if number)
    if not looked:
        return "nothing found: no Dockerfile, compose file or Python file is here\n"
    head = f"nothing found: {looked}, {counted(rules, 'rule')}"
    if facts.stacks:
        head += "\ncompose files were read as Docker reads them" if facts.is_dockers_view else _PLAINLY
    return f"{head}\n`hatchway doctor --prove` proves on what runs that a breakpoint stops\n"


def fix(project: Path, examined: Examined, *, is_agreed: bool) -> None:
    """Make the safe edits, if the user agrees to them."""
    edits = [one.finding.edit for one in examined.found if one.finding.edit]
    offer_fixes(project, edits, examined.texts, is_agreed=is_agreed)


def _one_of(name: str, word: str, words: Sequence[str]) -> str:
    if word not in words:
        msg = f"{name}: there is no {word}"
        raise UsageError(msg, f"there is {', '.join(words)}")
    return word


def _codes(words: Iterable[str], known: Mapping[str, Known]) -> frozenset[str]:
    return frozenset(named_rule(word, known).rule.code for word in words)
