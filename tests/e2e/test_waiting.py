"""`--wait-limit`: who waits for an editor does not wait for ever."""

import sys
from pathlib import Path

from e2e.running import Running


def test_without_an_editor_the_app_runs_in_the_end_and_it_is_said(folder: Path) -> None:  # S1.M2
    (folder / "program.py").write_text("print('it runs', flush=True)\n")
    words = ("run", "--wait-limit=0.05", "--", sys.executable, "program.py")
    with Running([sys.executable, "-m", "hatchway", *words], folder) as run:
        run.line("it runs")
        said = "hatchway: no editor has come within 0.05 s: the app runs without one"
        assert run.lines.index(said) < run.lines.index("it runs")
        assert run.process.wait(30) == 0
