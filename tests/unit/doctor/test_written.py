"""The doctor has nothing to say about what `hatchway init` writes."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from hatchway.doctor.diagnose import diagnose, known_rules
from hatchway.doctor.reading.project import read_facts
from hatchway.scaffold.detect import detect
from hatchway.scaffold.draft import carry_out, draft

TRUE = ("HW509",)
"""What is true of a script that is no server: init does not write `init: true` for it yet."""
PROJECTS = Path(__file__).parents[2] / "cases" / "init"


@pytest.mark.parametrize("name", sorted(path.name for path in PROJECTS.iterdir()))
def test_nothing_is_found_in_what_is_written_into(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(PROJECTS / name / "project", folder, symlinks=True)
    plan = draft(folder, detect(folder), ())
    carry_out(folder, plan)
    written = {change.path for change in plan.plan.changes}
    found = diagnose(read_facts(folder, date(2026, 11, 20)), known_rules())
    assert [
        f"{one.code} {one.finding.where}: {one.finding.message}"
        for one in found
        if one.finding.where.path in written and one.code not in TRUE
    ] == []
