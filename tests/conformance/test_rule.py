"""Every rule of the doctor finds its bad case and no good one, and its page says what it does."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hatchway.doctor.diagnose import Known, diagnose, known_rules
from hatchway.doctor.facts import Facts, OutOfReach, Running
from hatchway.doctor.fixing import by_file, fixed
from hatchway.doctor.pages import example
from hatchway.doctor.reading.project import read_facts
from hatchway.doctor.reports import text
from hatchway.doctor.rule import Diagnosis

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "rules"
TODAY = date(2026, 11, 20)
"""The day on which the cases were written: some rules know ends of life."""
RULES = known_rules()
WIDTH = 80

each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=lambda one: f"{one.rule.code}-{one.name}")


def with_running(facts: Facts, told: Path) -> Facts:
    """Return the facts with what is said to run."""
    if not told.exists():
        return facts
    running = json.loads(told.read_text())
    containers = tuple(
        Running(
            one["name"],
            tuple(map(tuple, one.get("published", ()))),
            tuple(one.get("mounts", ())),
            tuple(one.get("outdated", ())),
        )
        for one in running.get("containers", ())
    )
    out = tuple(OutOfReach(one["container"], one["sentence"]) for one in running.get("out_of_reach", ()))
    return replace(facts, containers=containers, out_of_reach=out)


def found_in(project: Path, rule: Known) -> tuple[list[Diagnosis], Facts]:
    """Return what one rule finds in a project."""
    facts = with_running(read_facts(project, TODAY), project / "running.json")
    return diagnose(facts, RULES, chosen=[rule.rule.code]), facts


def written(files: dict[str, str], folder: Path) -> Path:
    """Make a project of the files that a page shows."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body)
    return folder


def test_codes_and_cases_belong_together() -> None:
    assert {path.name for path in CASES.iterdir()} == set(RULES)


def test_the_pages_are_what_the_rules_say() -> None:
    script = ROOT / "scripts" / "generate-rule-pages"
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@each_rule
def test_the_bad_case_is_told_as_expected(rule: Known) -> None:
    case = CASES / rule.rule.code
    found, facts = found_in(case / "bad", rule)
    told = text.render(found, RULES, facts.texts)
    assert found
    assert told == (case / "expected.txt").read_text()
    assert not [line for line in told.splitlines() if len(line) > WIDTH]


@each_rule
def test_nothing_is_found_in_the_good_case(rule: Known) -> None:
    case = CASES / rule.rule.code / "good"
    assert any(case.iterdir())
    assert not found_in(case, rule)[0]


@each_rule
def test_the_examples_of_its_page_are_true(rule: Known, tmp_path: Path) -> None:
    bad = written(dict(example(rule, "Example")), tmp_path / "bad")
    good = written(dict(example(rule, "Use instead")), tmp_path / "good")
    assert found_in(bad, rule)[0]
    assert any(good.iterdir())
    assert not found_in(good, rule)[0]


@each_rule
def test_a_fix_leaves_nothing_to_be_found(rule: Known, tmp_path: Path) -> None:
    bad = CASES / rule.rule.code / "bad"
    found, facts = found_in(bad, rule)
    edits = [one.finding.edit for one in found if one.finding.edit]
    if not edits:
        return
    unfixable = [one for one in found if not one.finding.edit]
    for path in facts.texts:
        after = fixed(facts.texts[path], by_file(edits).get(path, []))
        written({path: "".join(f"{line}\n" for line in after)}, tmp_path)
    assert [one.finding.message for one in found_in(tmp_path, rule)[0]] == [
        one.finding.message for one in unfixable
    ]
