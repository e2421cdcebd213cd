"""The doctor has nothing to say about the examples of this repository."""

from datetime import date
from pathlib import Path

import pytest

from hatchway.doctor.diagnose import diagnose, known_rules
from hatchway.doctor.reading.project import read_facts

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.mark.parametrize("example", [path.parent.name for path in sorted(EXAMPLES.glob("*/case.toml"))])
def test_nothing_is_found_in(example: str) -> None:
    found = diagnose(read_facts(EXAMPLES / example, date(2026, 11, 20)), known_rules())
    assert [f"{one.code} {one.finding.where}: {one.finding.message}" for one in found] == []
