"""The benchmarks run: each measurement once, quickly, for its rows and not for its figures."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads /proc")


@pytest.mark.parametrize(
    "measurement", ["arming", "memory", "roundtrip", "startup", "terminal", "throughput"]
)
def test_measurement_gives_rows(measurement: str) -> None:
    command = [ROOT / "benchmarks" / "run", "--quick", "--json", "--only", measurement]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    rows = json.loads(ran.stdout)
    assert len(rows) >= 3
    assert all(row["low"] <= row["median"] <= row["high"] for row in rows)
