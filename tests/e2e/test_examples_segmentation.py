"""The segmentation example's own tests, in the environments that hold what it stands on."""

import os
import re
from pathlib import Path

import pytest
from e2e.environments import app_python, interpreters, newest
from e2e.examples import EXAMPLES
from e2e.running import printed_by

FOLDER = EXAMPLES / "segmentation"
TORCH = "3.11"
"""The Python that a build of PyTorch is found for."""


def run_its_tests(python: Path, *words: str) -> str:
    """Run its tests as they are run by people, apart from this repository's settings."""
    apart_from_ours = ("-c", os.devnull, "--rootdir=.", "--confcutdir=.", "-p", "no:cacheprovider")
    argv = [python, "-m", "pytest", "-q", "-ra", "-W", "error", *apart_from_ours, *words]
    return printed_by(argv, FOLDER, PYTHONDONTWRITEBYTECODE="1")


def test_its_own_tests() -> None:
    said = run_its_tests(app_python(newest(), "segmentation"), "tests")
    assert int(re.search(r"(\d+) passed", said)[1]) >= 40
    (skipped,) = re.findall(r"^SKIPPED.*", said, re.MULTILINE)
    assert "test_deeplab.py" in skipped


@pytest.mark.timeout(300)  # PyTorch is installed once
@pytest.mark.skipif(TORCH not in interpreters(), reason=f"PyTorch is tried with Python {TORCH}")
def test_a_checkpoint_of_ones_own() -> None:
    wanted = (FOLDER / "api" / "requirements-deeplab.txt").read_text()
    (torch,) = re.findall(r"^torch==\S+", wanted, re.MULTILINE)
    said = run_its_tests(app_python(TORCH, "segmentation", torch), "tests/test_deeplab.py")
    assert re.search(r"^6 passed", said, re.MULTILINE), said
