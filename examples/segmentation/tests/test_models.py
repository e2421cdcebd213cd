"""Which model is active is decided at the start, and an error in it is said there."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from models import ModelError, load_model, max_size_of

FOLDER = Path(__file__).parent.parent


def test_without_a_checkpoint_it_is_what_needs_none() -> None:  # S2.M3, S2.W6
    for environ in ({}, {"DEEPLAB_CHECKPOINT": ""}):
        model = load_model(environ)
        assert model.name.startswith("GrabCut")
        assert max_size_of(environ, model) == 256


def test_a_checkpoint_that_cannot_be_had(tmp_path: Path) -> None:  # S2.M3
    wanted = "is no checkpoint" if find_spec("torch") else "install requirements-deeplab.txt"
    with pytest.raises(ModelError, match=wanted):
        load_model({"DEEPLAB_CHECKPOINT": str(tmp_path / "none.pth")})


def test_max_size() -> None:  # S2.M2
    model = load_model({})
    assert max_size_of({"MAX_SIZE": ""}, model) == 256
    assert max_size_of({"MAX_SIZE": "512"}, model) == 512
    assert max_size_of({"MAX_SIZE": "off"}, model) is None
    for wrong in ("0", "-1", "large"):
        with pytest.raises(ValueError, match="neither a number of pixels nor `off`"):
            max_size_of({"MAX_SIZE": wrong}, model)


def test_the_model_is_loaded_before_anything_is_served(tmp_path: Path) -> None:  # S2.8
    done = subprocess.run(
        [sys.executable, "-m", "uvicorn", "--app-dir=api", "--port=0", "server:app"],
        cwd=FOLDER,
        env={**os.environ, "DEEPLAB_CHECKPOINT": str(tmp_path / "none.pth")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "ModelError" in done.stderr
    assert "Uvicorn running" not in done.stderr
