"""The doctor names what is wrong in the originals of the examples, and what people suffer from most."""

from datetime import date
from pathlib import Path

import pytest

from hatchway.doctor.diagnose import diagnose, known_rules
from hatchway.doctor.reading.project import read_facts

CASES = Path(__file__).parents[2] / "cases" / "doctor"
TODAY = date(2026, 11, 20)
PAINS = 25


def projects(kind: str) -> list[str]:
    return [path.name for path in sorted((CASES / kind).iterdir()) if path.is_dir()]


def told(project: Path) -> set[str]:
    found = diagnose(read_facts(project, TODAY), known_rules())
    return {f"{one.code} {one.finding.where.path}:{one.finding.where.line}" for one in found}


def expected(kind: str, name: str) -> set[str]:
    lines = (CASES / kind / f"{name}.txt").read_text().splitlines()
    return {line for line in lines if not line.startswith("#")}


@pytest.mark.parametrize("name", projects("seeds"))
def test_an_original_gets_the_findings_of_its_rows(name: str) -> None:
    assert expected("seeds", name) - told(CASES / "seeds" / name) == set()


def test_no_pain_is_left_out() -> None:
    assert [name.partition("-")[0] for name in projects("pains")] == [f"{n:02}" for n in range(1, PAINS + 1)]


@pytest.mark.parametrize("name", projects("pains"))
def test_a_pain_is_named(name: str) -> None:
    assert expected("pains", name)
    assert expected("pains", name) - told(CASES / "pains" / name) == set()
