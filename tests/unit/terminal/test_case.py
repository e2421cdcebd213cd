"""A case.toml says what to run and where to stop; a line that is not there, or twice, is an error."""

from pathlib import Path

import pytest

from hatchway.errors import HatchwayError
from hatchway.terminal.case import load_case

ROOT = Path(__file__).parents[3]
CASE = """
title = "A service"
server = "gunicorn"
command = ["gunicorn", "app:app"]
[request]
method = "GET"
path = "/"
answer = {}
[stop]
file = "app.py"
text = "return answer"
function = "view"
local = "answer"
value = "1"
"""


@pytest.mark.parametrize("folder", sorted(path.parent for path in ROOT.glob("examples/*/case.toml")))
def test_every_example_names_a_line_of_its_source(folder: Path) -> None:
    case = load_case(folder)
    assert case.source.read_text().splitlines()[case.line - 1].strip().startswith("return ")
    assert case.command


@pytest.mark.parametrize("source", ["", "return answer\nif x:\n    return answer\n"])
def test_a_line_that_is_not_there_once_is_refused(source: str, tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text(CASE)
    (tmp_path / "app.py").write_text(source)
    with pytest.raises(HatchwayError, match="lines that read `return answer`, not one"):
        load_case(tmp_path)
