"""The benchmarks run: each measurement once, quickly, for its rows and not for its figures."""

import json
import re
from pathlib import Path

import pytest
from e2e.running import printed_by

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads /proc")


def run(*words: str | Path) -> str:
    return printed_by([ROOT / "benchmarks" / "run", "--quick", *words])


@pytest.mark.parametrize(
    "measurement",
    [
        "arming",
        "memory",
        "roundtrip",
        "terminal",
        "throughput",
        pytest.param("examples", marks=[pytest.mark.docker, pytest.mark.nightly, pytest.mark.timeout(900)]),
    ],
)
def test_measurement_gives_rows(measurement: str) -> None:
    rows = json.loads(run("--json", "--only", measurement))
    assert len(rows) >= 3
    assert all(row["low"] <= row["median"] <= row["high"] for row in rows)


def test_its_tables_are_written_between_the_marks_of_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Costs\n\n<!-- startup -->\nold\n<!-- /startup -->\n\nThe end.\n")
    assert run("--only", "startup", "--into", page) == ""
    before, _, rest = page.read_text().partition("<!-- startup -->\n")
    table, _, after = rest.partition("<!-- /startup -->")
    assert (before, after) == ("# Costs\n\n", "\n\nThe end.\n")
    rows = re.findall(r"^\| .* \| -?\d+\.\d+ ms \(.* to .*\)", table, re.MULTILINE)
    assert len(rows) >= 3
    assert "old" not in table


def test_a_page_without_marks_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Costs\n")
    with pytest.raises(AssertionError, match="has not one line <!-- startup --> and one <!-- /startup -->"):
        run("--only", "startup", "--into", page)
    assert page.read_text() == "# Costs\n"
