"""What a worker tells of itself: that its code is what its file says, or not any more."""

import importlib.util
from pathlib import Path

import pytest

from hatchway.terminal.proof import _inside

VIEWS = """\
class Front:
    def get(self):
        greeting = "hello"
        return greeting
"""


@pytest.mark.parametrize(
    ("edited", "is_loaded"),
    [
        (VIEWS, True),
        (VIEWS + "\n\nMORE = 1\n", True),
        (VIEWS.replace("hello", "good day"), False),
        ("import os\n" + VIEWS, False),
        (VIEWS + "(", False),
        (None, False),
    ],
)
def test_a_file_that_was_edited_since_is_known(tmp_path: Path, edited: str | None, is_loaded: bool) -> None:  # noqa: FBT001
    file = tmp_path / "views.py"
    file.write_text(VIEWS)
    spec = importlib.util.spec_from_file_location("views_of_a_test", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if edited is None:
        file.unlink()
    else:
        file.write_text(edited)
    told = _inside._told("/", module.Front, "GET", {})
    assert told is not None
    assert told["function"] == "get"
    assert told["is_loaded"] is is_loaded
